/* A check of a letter leads to its block: what is folded on the way is opened, and the keyboard stands in the first
   field there. Wagtail scrolls to such a place (#:w:contentpath=body.….heading) when a page is opened, and does no more. */
(() => {
  "use strict";

  const TO_A_PLACE = /:w:contentpath=([^:&]+)/;
  const FIELDS = "input:not([type=hidden]), textarea, select, [contenteditable=true], button";

  const placeOf = (hash, nearest) => {
    const found = TO_A_PLACE.exec(decodeURIComponent(hash));
    if (!found) return null;
    let place = document;
    for (const step of found[1].split(".")) {
      const next = place.querySelector(`[data-contentpath="${CSS.escape(step)}"]`);
      if (!next && !nearest) return null;
      if (!next) break; // as near as there is
      place = next;
    }
    return place === document ? null : place;
  };

  const open = (place) => {
    for (let around = place; around; around = around.parentElement) {
      const panel = around.closest("[data-panel]");
      if (!panel) break;
      const toggle = panel.querySelector("[data-panel-toggle]");
      if (toggle && toggle.getAttribute("aria-expanded") === "false") toggle.click();
      around = panel;
    }
    const own = place.querySelector("[data-panel-toggle]");
    if (own && own.getAttribute("aria-expanded") === "false") own.click();
    const tab = place.closest("[role=tabpanel][hidden]");
    if (tab) document.querySelector(`[role=tab][aria-controls="${CSS.escape(tab.id)}"]`)?.click();
  };

  /* The editor draws its blocks by and by, so a place is awaited for a while. */
  const go = (tries = 30) => {
    if (!TO_A_PLACE.test(decodeURIComponent(window.location.hash))) return;
    const place = placeOf(window.location.hash, tries === 0);
    if (!place && tries > 0) setTimeout(() => go(tries - 1), 100);
    if (!place) return;
    open(place);
    const inside = place.querySelector("[data-panel] [data-contentpath]") || place;
    const field = [...inside.querySelectorAll(FIELDS)].find((one) => one.offsetParent !== null);
    (field || place).scrollIntoView({ block: "center" });
    field?.focus({ preventScroll: true });
  };

  window.addEventListener("hashchange", () => go());
  // the same line a second time changes no hash
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href*=':w:contentpath=']");
    if (link && link.href === window.location.href) go();
  });
  window.addEventListener("load", () => setTimeout(go, 150)); // after Wagtail's own scrolling
})();
