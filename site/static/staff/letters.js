/* The row of the reader's inbox and the text message, in the editor of a letter: as they are typed, with the fallbacks
   in the place of merge tags, and how long they are. Without it they show what was saved last. */
(() => {
  "use strict";

  const SLOT = /\{([a-z_]+)(?:\|([^{}|\r\n]*))?\}/g;
  const PAUSE = 1200; // ms without a key, after which a screen reader hears the length
  const filled = (text) => text.replace(SLOT, (slot, tag, fallback) => fallback || "").trim();
  const field = (name) => document.getElementById(`id_${name}`);

  const whenTyped = (names, show) => {
    names.forEach((name) => field(name)?.addEventListener("input", show));
    show();
  };

  /* Say a line once the typing pauses: never at first, and never twice the same. */
  const politely = (panel, line) => {
    const status = panel.querySelector('[role="status"]');
    let said = line.innerText;
    let later;
    return () => {
      clearTimeout(later);
      later = setTimeout(() => {
        if (line.innerText !== said) status.textContent = said = line.innerText;
      }, PAUSE);
    };
  };

  const inboxRow = (row) => {
    const length = row.querySelector('[data-length="subject"]');
    const say = politely(row, length);
    const put = (name, text) => {
      const place = row.querySelector(`[data-shows="${name}"]`);
      place.textContent = text || place.dataset.empty || "";
    };
    whenTyped(["subject", "preheader", "sender"], () => {
      const subject = filled(field("subject")?.value ?? "");
      put("subject", subject);
      put("preheader", filled(field("preheader")?.value ?? ""));
      const sender = field("sender")?.selectedOptions?.[0]?.textContent.trim();
      if (sender) put("sender", sender);
      if (sender) row.querySelector("[data-shows-first]").textContent = sender[0];
      const n = [...subject].length;
      const verdict = n > Number(length.dataset.cut) ? "cut" : n > Number(length.dataset.whole) ? "long" : "whole";
      length.querySelector("[data-number]").textContent = n;
      length.querySelectorAll("[data-verdict]").forEach((one) => (one.hidden = one.dataset.verdict !== verdict));
      say();
    });
  };

  /* As mobile networks count, GSM 03.38; the server counts the same way. */
  const textMessage = (panel) => {
    const find = (name) => panel.querySelector(`[data-${name}]`);
    const { basic, extended } = panel.dataset;
    const say = politely(panel, find("number").parentElement);
    whenTyped(["sms_text", "subject"], () => {
      const words = field("sms_text")?.value.trim() || field("subject")?.value || "";
      find("words").textContent = filled(words).replace(/\s+/g, " ");
      const text = panel.querySelector(".gw-bubble").textContent;
      const wide = [...new Set(text)].filter((sign) => !basic.includes(sign) && !extended.includes(sign)).sort();
      const units = wide.length ? text.length : [...text].reduce((n, sign) => n + (extended.includes(sign) ? 2 : 1), 0);
      const [one, each] = wide.length ? [70, 67] : [160, 153];
      find("number").textContent = units;
      find("messages").textContent = units <= one ? 1 : Math.ceil(units / each);
      find("wide").hidden = !wide.length;
      find("signs").textContent = wide.join(" ");
      say();
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-inbox-row]").forEach(inboxRow);
    document.querySelectorAll("[data-text-message]").forEach(textMessage);
  });
})();
