/* Merge tags put in by a button: under a line of text, and under rich text. A small dialog asks what should stand
   there and what to write where we do not know it; the words are the server's, in the dialog's own markup. */
(() => {
  "use strict";

  const dialog = () => document.getElementById("merge-dialog");

  /* Ask, and hand the slot to `put`; the browser gives the focus back to the button that was pressed. */
  const ask = (links, put) => {
    const asked = dialog();
    const form = asked.querySelector("form");
    const { tag, fallback } = form.elements;
    const shown = asked.querySelector("output");
    const slot = () => {
      const isLink = "link" in tag.selectedOptions[0].dataset;
      return isLink ? `{${tag.value}}` : `{${tag.value}|${fallback.value.trim()}}`;
    };
    const show = () => {
      const isLink = "link" in tag.selectedOptions[0].dataset;
      fallback.disabled = isLink;
      fallback.closest("p").hidden = isLink;
      fallback.setCustomValidity(!isLink && fallback.value && !fallback.value.trim() ? form.dataset.empty : "");
      shown.textContent = slot();
    };
    for (const option of tag.options) if ("link" in option.dataset) option.hidden = option.disabled = !links;
    form.reset();
    form.oninput = show;
    form.onsubmit = (event) => {
      event.preventDefault();
      event.stopPropagation();
      asked.close();
      put(slot());
    };
    asked.querySelector("[data-cancel]").onclick = () => asked.close();
    show();
    asked.showModal();
  };

  const button = (name) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "gw-mergebutton";
    made.setAttribute("aria-haspopup", "dialog");
    made.textContent = dialog().dataset.button;
    const where = document.createElement("span");
    where.className = "w-sr-only";
    where.textContent = ` (${name})`;
    made.append(where);
    return made;
  };

  class MergeTag extends window.StimulusModule.Controller {
    connect() {
      const field = this.element;
      if (!dialog() || field.nextElementSibling?.classList.contains("gw-mergebutton")) return;
      const label = document.querySelector(`label[for="${field.id}"]`)?.firstChild?.textContent.trim() || field.name;
      const made = button(label);
      made.addEventListener("click", () => {
        ask("links" in field.dataset, (slot) => {
          field.setRangeText(slot, field.selectionStart, field.selectionEnd, "end");
          field.dispatchEvent(new Event("input", { bubbles: true }));
          field.dispatchEvent(new Event("change", { bubbles: true }));
          field.focus();
        });
      });
      field.after(made);
    }
  }
  window.wagtail.app.register("merge-tag", MergeTag);

  if (window.draftail && window.React && window.DraftJS) {
    const { EditorState, Modifier } = window.DraftJS;
    const { Component, createElement, createRef } = window.React;

    class Control extends Component {
      constructor(props) {
        super(props);
        this.pressed = createRef();
        this.state = { name: "" };
        this.put = this.put.bind(this);
      }

      componentDidMount() {
        setTimeout(() => this.nameTheText()); // by then the block stands in the page
      }

      /* Wagtail gives the text of a block no name that a screen reader could say. */
      nameTheText() {
        const button = this.pressed.current;
        const label = button?.closest("[data-contentpath]")?.querySelector("label");
        const box = button?.closest("[data-draftail-editor]")?.querySelector('[role="textbox"]');
        const name = label?.firstChild?.textContent.trim();
        if (!name || !box) return;
        if (!box.hasAttribute("aria-labelledby")) box.setAttribute("aria-label", name);
        this.setState({ name });
      }

      put(slot) {
        const state = this.props.getEditorState();
        const style = state.getCurrentInlineStyle();
        const content = Modifier.replaceText(state.getCurrentContent(), state.getSelection(), slot, style);
        const written = EditorState.push(state, content, "insert-characters");
        this.props.onChange(EditorState.forceSelection(written, content.getSelectionAfter()));
      }

      render() {
        const { name } = this.state;
        const said = { type: "button", ref: this.pressed, className: "gw-mergebutton", "aria-haspopup": "dialog" };
        return createElement(
          "button",
          { ...said, onClick: () => ask(true, this.put) },
          dialog()?.dataset.button,
          name && createElement("span", { className: "w-sr-only" }, ` (${name})`),
        );
      }
    }
    window.draftail.registerPlugin({ type: "MERGE_TAG", meta: Control }, "controls");
  }
})();
