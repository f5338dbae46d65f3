/* Keys of the inbox: E acknowledges, J and K move, R replies. Single keys can be switched off (WCAG 2.1.4). */
(() => {
  "use strict";

  const NAME = "gw-inbox-keys";
  const help = document.getElementById("gw-keys");
  const box = document.getElementById("gw-keys-on");
  let isOn = localStorage.getItem(NAME) !== "off";

  if (help && box) {
    help.hidden = false;
    box.checked = isOn;
    box.addEventListener("change", () => {
      isOn = box.checked;
      localStorage.setItem(NAME, isOn ? "on" : "off");
    });
  }

  const move = (step) => {
    const links = [...document.querySelectorAll(".gw-row__link")];
    const here = links.findIndex((link) => link.getAttribute("aria-current") === "true");
    links[here + step]?.click();
  };

  const KEYS = {
    e: () => document.querySelector("button[data-key=e]")?.click(),
    r: () => document.querySelector("textarea[data-key=r]")?.focus(),
    j: () => move(1),
    k: () => move(-1),
  };

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]");
    if (!isOn || isTyping || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const act = KEYS[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
