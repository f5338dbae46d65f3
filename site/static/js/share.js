/* "Tell a friend": the phone's own sharing and copying, and a note to us that somebody was told, so that we can thank.
   Without it the links work, and the button "I told a friend" does the rest. */
(() => {
  "use strict";

  const form = document.getElementById("told-form");
  const link = document.getElementById("own-link");
  const copy = document.getElementById("share-copy");
  if (!form || !link) return;

  const press = (act) => {
    const data = new FormData(form);
    data.set("act", act);
    fetch(location.href, { method: "POST", body: data, redirect: "manual", keepalive: true }).catch(() => {});
  };

  document.querySelectorAll("[data-shares]").forEach((way) => way.addEventListener("click", () => press("told")));
  form.querySelector("[name=show_first_name]").addEventListener("change", () => press("name"));

  if (copy && navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(link.dataset.url);
      const words = copy.querySelector("span");
      words.textContent = words.dataset.done;
    });
  }
})();
