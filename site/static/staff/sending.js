/* The page of a letter that leaves: the seconds in which it can be undone run down, and then the page looks again.
   Without it the browser itself looks again every few seconds. */
(() => {
  "use strict";

  const line = document.querySelector("[data-leaves]");
  const number = line?.querySelector("[data-seconds]");
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
})();
