/* Lets Wagtail's admin work under the strict content policy.
   1. The calls that Wagtail writes as inline scripts are made from data, and only those named in CALLS:
      <span data-gw-call="InlinePanel"><script type="application/json">…</script></span>
   2. Draftail draws <style> elements: their rules are adopted as constructed sheets instead.
   3. A picture's frame (Jcrop) would write handlers into markup to learn whether there is touch: it is told. */
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

  // a browser asks the policy about every <style>, whatever its type: so it is another element that holds the rules
  const STYLES = "gw-style";
  const sheets = new Map();
  const createElement = document.createElement;
  document.createElement = (name, options) => {
    if (String(name).toLowerCase() !== "style") return createElement.call(document, name, options);
    const made = createElement.call(document, STYLES);
    made.hidden = true;
    return made;
  };

  const adopt = (style) => {
    if (!sheets.has(style)) {
      sheets.set(style, new CSSStyleSheet());
      document.adoptedStyleSheets.push(sheets.get(style));
    }
    sheets.get(style).replaceSync(style.textContent);
  };

  const drop = (style) => {
    const sheet = sheets.get(style);
    if (!sheet || style.isConnected) return;
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
    sheets.delete(style);
  };

  const eachIn = (root, selector, act) => {
    if (root.matches?.(selector)) act(root);
    root.querySelectorAll?.(selector).forEach(act);
  };

  const begin = (root) => {
    eachIn(root, STYLES, adopt);
    eachIn(root, "[data-gw-call]", run);
  };

  // "interactive" comes before DOMContentLoaded: Wagtail's controllers must find what the inline scripts would have made
  document.addEventListener(
    "readystatechange",
    () => {
      const frame = window.jQuery?.Jcrop;
      if (frame) frame.defaults.touchSupport = "ontouchstart" in window;
      begin(document);
      new MutationObserver((changes) => {
        for (const { target, addedNodes, removedNodes } of changes) {
          const style = (target.parentElement ?? target).closest?.(STYLES) ?? target.closest?.(STYLES);
          if (style) adopt(style);
          addedNodes.forEach(begin);
          removedNodes.forEach((node) => eachIn(node, STYLES, drop));
        }
      }).observe(document.body, { childList: true, subtree: true, characterData: true });
    },
    { once: true },
  );
})();
