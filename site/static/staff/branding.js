/* Branding in Settings: the strip and the number follow each other, and the colors are drawn again while one chooses.
   Without script the number is typed and the colors are seen after saving. */
(() => {
  "use strict";

  const shown = document.querySelector("[data-gw-colors]");
  if (!shown) return;
  const number = (name) => document.querySelector(`input[type=number][name=${name}]`);
  const hues = { hue: number("hue"), accent_hue: number("accent_hue") };
  let asked = 0;

  const draw = async () => {
    const mine = ++asked;
    const query = new URLSearchParams(Object.entries(hues).map(([name, input]) => [name, input.value]));
    const answer = await fetch(`${shown.dataset.gwColors}?${query}`, { headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok || mine !== asked) return;
    const isOpen = shown.querySelector("details")?.open;
    shown.innerHTML = await answer.text();
    if (isOpen) shown.querySelector("details").open = true;
  };

  for (const strip of document.querySelectorAll("[data-gw-turns]")) {
    const input = document.getElementById(strip.dataset.gwTurns);
    strip.addEventListener("input", () => {
      input.value = strip.value;
      draw();
    });
    input.addEventListener("input", () => {
      strip.value = input.value;
      draw();
    });
  }
})();
