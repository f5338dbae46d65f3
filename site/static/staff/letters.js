/* The row of the reader's inbox, in the editor of a letter: subject and preview text as they are typed, with the
   fallbacks in the place of merge tags. Without it the row shows what was saved last. */
(() => {
  "use strict";

  const SLOT = /\{([a-z_]+)(?:\|([^{}|\r\n]*))?\}/g;

  const follow = (row, name) => {
    const field = document.getElementById(`id_${name}`);
    const place = row.querySelector(`[data-shows="${name}"]`);
    if (!field || !place) return;
    const show = () => {
      const text = field.value.replace(SLOT, (slot, tag, fallback) => fallback || "").trim();
      place.textContent = text || place.dataset.empty || "";
      const length = row.querySelector(`[data-length="${name}"]`);
      if (length) length.textContent = [...text].length;
    };
    field.addEventListener("input", show);
    show();
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-inbox-row]").forEach((row) => ["subject", "preheader"].forEach((name) => follow(row, name)));
  });
})();
