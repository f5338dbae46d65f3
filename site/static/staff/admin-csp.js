/* Makes the calls that Wagtail writes as inline scripts, from data: the strict content policy allows no inline script.
   <span data-gw-call="InlinePanel"><script type="application/json">…</script></span>; only names in CALLS are called. */
(() => {
  "use strict";

  const make = (name) => (...args) => new window[name](...args);
  const call = (name) => (...args) => window[name](...args);
  const CALLS = {
    initDateChooser: call("initDateChooser"),
    initTimeChooser: call("initTimeChooser"),
    initDateTimeChooser: call("initDateTimeChooser"),
    createTaskChooser: call("createTaskChooser"),
    InlinePanel: make("InlinePanel"),
    MultipleChooserPanel: make("MultipleChooserPanel"),
    Chooser: make("Chooser"),
    PageChooser: make("PageChooser"),
    ImageChooser: make("ImageChooser"),
    DocumentChooser: make("DocumentChooser"),
    SnippetChooser: make("SnippetChooser"),
  };

  const run = (place) => {
    if (place.dataset.gwDone || !Object.hasOwn(CALLS, place.dataset.gwCall)) return;
    place.dataset.gwDone = "yes";
    // the data is a JSON text inside a JSON string: see the templates
    const data = JSON.parse(JSON.parse(place.querySelector("script").textContent));
    const args = Array.isArray(data) ? data : [data];
    if (place.dataset.gwId) args.unshift(place.dataset.gwId);
    CALLS[place.dataset.gwCall](...args);
  };

  const runAllIn = (root) => {
    if (root.matches?.("[data-gw-call]")) run(root);
    root.querySelectorAll?.("[data-gw-call]").forEach(run);
  };

  document.addEventListener("DOMContentLoaded", () => {
    runAllIn(document);
    new MutationObserver((changes) => {
      for (const change of changes) change.addedNodes.forEach(runAllIn);
    }).observe(document.body, { childList: true, subtree: true });
  });
})();
