/* Wagtail's editor, sooner and surer, and every text in it has a name.
   1. What is typed is noticed after 0.15 s instead of 0.5, so that the preview follows the words.
   2. What is typed while an autosave is under way stays unsaved. Wagtail would take it for saved with the rest: neither
      kept nor shown, and lost without a question by whoever leaves.
   3. What is typed before Wagtail looks counts as typed.
   4. A save waits for the autosave before it, and none follows it: side by side, older words could be kept over newer.
   5. The rich text of a page is called by its label, as any other field is; in a block merge.js names it. */
(() => {
  "use strict";

  const OFTEN = 150; // ms
  const BEGINS = 2500; // ms
  const LONGEST = 5000; // ms that a save waits for an autosave
  const NOT_TYPED = /^(?:csrfmiddlewaretoken|next$|loaded_revision_|overwrite_revision_id|comments-)/;

  const typed = (data, but = []) =>
    JSON.stringify([...data].filter(([name, value]) => !NOT_TYPED.test(name) && !but.includes(name) && !value.name));

  const named = ({ target, detail }) => {
    const label = document.querySelector(`label[for="${target.id}"]`);
    if (label) Object.assign(detail, { ariaLabelledBy: label.id });
  };
  document.addEventListener("w-draftail:init", named, true);

  const inTurn = (form) => {
    let isSaved = false;
    let go;
    let underWay;
    document.addEventListener("w-autosave:save", (event) => {
      if (isSaved) event.preventDefault();
      else underWay = new Promise((resolve) => (go = resolve));
    });
    for (const end of ["success", "error"]) {
      document.addEventListener(`w-autosave:${end}`, () => {
        underWay = undefined;
        go?.();
      });
    }
    const wait = async (event) => {
      if (isSaved) return;
      isSaved = true;
      if (!underWay) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const { submitter } = event;
      await Promise.race([underWay, new Promise((resolve) => setTimeout(resolve, LONGEST))]);
      const wasDisabled = submitter?.disabled;
      if (wasDisabled) submitter.disabled = false; // else its name would be missing
      form.requestSubmit(submitter);
      if (wasDisabled) submitter.disabled = true;
    };
    form.addEventListener("submit", wait, true);
    window.addEventListener("pageshow", () => (isSaved = false)); // somebody came back to it
  };

  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector("[data-edit-form]");
    if (!form) return;
    form.dataset.wUnsavedCheckIntervalValue = OFTEN;
    // Wagtail looks two seconds after it began what stands there.
    const early = () => (form.dataset.wUnsavedForceValue = true);
    form.addEventListener("input", early);
    setTimeout(() => form.removeEventListener("input", early), BEGINS);
    let sent;
    document.addEventListener("w-autosave:save", ({ detail }) => (sent = detail.formData));
    inTurn(form);
    document.addEventListener("w-autosave:success", ({ detail }) => {
      const ours = Object.keys(detail.data?.field_updates ?? {});
      if (sent && typed(sent, ours) !== typed(new FormData(form), ours)) form.dataset.wUnsavedForceValue = true;
    });
  });
})();
