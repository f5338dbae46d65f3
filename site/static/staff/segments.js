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
  form.addEventListener("change", (event) => {
    if (event.target.matches("select[data-look]")) look(event.target.dataset.look);
  });
  form.querySelector("[autofocus]")?.focus();
})();
