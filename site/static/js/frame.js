/* A letter in its frame is shown whole: the frame is as tall as what it holds, so that only the page scrolls. */
(() => {
  "use strict";

  document.querySelectorAll("iframe[data-fits]").forEach((frame) => {
    const fit = () => {
      const page = frame.contentDocument && frame.contentDocument.documentElement;
      if (!page || !page.scrollHeight) return;
      frame.style.blockSize = "auto";
      frame.style.blockSize = `${page.scrollHeight + 2}px`;
      frame.style.maxBlockSize = "none";
    };
    frame.addEventListener("load", fit);
    window.addEventListener("resize", fit);
    fit();
  });
})();
