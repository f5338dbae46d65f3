/* The page of a letter that leaves. The seconds in which it can be undone run down, and then the page looks again; while
   it is being sent, how far it is is asked for every two seconds, and the buttons stay where they are. Without it the
   browser itself looks again every few seconds. */
(() => {
  "use strict";

  const EVERY = 2000; // ms
  const number = document.querySelector("[data-seconds]");
  if (number) {
    const until = performance.now() + Number(number.textContent) * 1000; // the server's count: clocks differ
    const tick = () => {
      const left = Math.max(0, Math.ceil((until - performance.now()) / 1000));
      number.textContent = left;
      if (left) setTimeout(tick, 250);
      else setTimeout(() => window.location.reload(), 1500);
    };
    tick();
  }

  const live = document.querySelector("[data-progress]");
  if (live) {
    const stage = () => live.querySelector("[data-stage]")?.dataset.stage;
    const began = stage();
    const look = async () => {
      try {
        const answer = await fetch(live.dataset.progress, { headers: { "X-Requested-With": "XMLHttpRequest" } });
        if (answer.redirected || !answer.ok) throw new Error(String(answer.status));
        const had = live.contains(document.activeElement);
        live.innerHTML = await answer.text();
        if (had) live.querySelector("[tabindex]")?.focus();
        if (stage() !== began) return window.location.reload();
      } catch {
        /* the server is away for a moment, or one must sign in again: the next look tells */
      }
      setTimeout(look, document.hidden ? 5 * EVERY : EVERY);
    };
    setTimeout(look, EVERY);
  }
})();
