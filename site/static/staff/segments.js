// The builder of segments shows at once what was chosen, as its own buttons do without this file.
(() => {
  "use strict";
  const form = document.getElementById("segment-form");
  if (!form) return;
  const look = (path) => {
    const button = document.createElement("button");
    button.name = "do";
    button.value = path === "" ? "look" : `look:${path}`;
    button.hidden = true;
    form.append(button);
    form.requestSubmit(button);
  };
  form.classList.add("gw-builder--quick");
  // A list that is closed changes with every arrow and letter: with the keyboard the choice stands once one goes on.
  let byKeys = false;
  let changed = null;
  form.addEventListener("pointerdown", () => (byKeys = false));
  form.addEventListener("keydown", (event) => {
    byKeys = true;
    if (event.key === "Enter" && changed === event.target) look(changed.dataset.look);
  });
  form.addEventListener("change", (event) => {
    if (!event.target.matches("select[data-look]")) return;
    if (byKeys) changed = event.target;
    else look(event.target.dataset.look);
  });
  form.addEventListener("focusout", (event) => {
    if (changed && changed === event.target) look(changed.dataset.look);
  });
  form.querySelector("[autofocus]")?.focus();
})();
