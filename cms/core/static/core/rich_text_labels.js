/* Names rich text editors after their visible label, which screen readers otherwise miss: those of fields, made by
   initEditor, and those inside blocks, made by the widget. */
(() => {
  const { draftail } = window;
  if (!draftail) return;

  const initEditor = draftail.initEditor;
  draftail.initEditor = (selector, options, script) =>
    initEditor(selector, { ariaLabelledBy: `${selector.replace(/^#/, "")}-label`, ...options }, script);

  const widget = draftail.DraftailRichTextArea.prototype;
  const render = widget.render;
  widget.render = function labelledRender(placeholder, name, id, ...rest) {
    const label = placeholder.closest("[data-contentpath]")?.querySelector("label:not([for])");
    if (!label) return render.call(this, placeholder, name, id, ...rest);
    label.id = label.id || `${id}-label`;
    const options = { ariaLabelledBy: label.id, ...this.options };
    const labelled = Object.create(this, { options: { value: options, writable: true } });
    return render.call(labelled, placeholder, name, id, ...rest);
  };
})();
