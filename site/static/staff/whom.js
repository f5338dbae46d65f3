/* For whom a block is. A rule that nobody can choose any more stays chosen, and says so, until somebody chooses again;
   the line of a folded block says for whom it is, unless it is for everyone. */
(() => {
  "use strict";

  const Select = window.telepath.constructors["wagtail.widgets.Select"];
  const Bound = Select.prototype.boundWidgetClass || new Select("").boundWidgetClass;

  class BoundWhom extends Bound {
    constructor(element, name, options, gone) {
      super(element, name, options);
      this.gone = gone;
    }

    setState(state) {
      const keys = [].concat(state ?? []).filter(Boolean);
      const known = new Set([...this.input.options].map((option) => option.value));
      keys.filter((key) => !known.has(key)).forEach((key) => this.input.add(new Option(this.gone, key)));
      super.setState(keys.length ? keys : [""]);
    }

    getValueForLabel() {
      return this.input.value ? `· ${super.getValueForLabel()}` : "";
    }
  }

  class WhomSelect extends Select {
    constructor(html, gone) {
      super(html);
      this.boundWidgetClass = class extends BoundWhom {
        constructor(element, name, options) {
          super(element, name, options, gone);
        }
      };
    }
  }

  window.telepath.register("goodword.WhomSelect", WhomSelect);
})();
