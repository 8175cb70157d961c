/* Copies what stands in a field. Without a script, or where the browser forbids it, it is copied by hand. */
(() => {
  const { Controller } = window.StimulusModule;

  class CopyController extends Controller {
    static targets = ["text", "button", "said"];

    connect() {
      this.buttonTarget.hidden = false;
    }

    async copy() {
      /* Emptied first: readers of screens are told again when it is copied again. */
      this.saidTarget.textContent = "";
      this.textTarget.select();
      this.saidTarget.textContent = (await this.isCopied()) ? "Copied" : "Selected: copy it by keyboard";
    }

    /* Browsers have a clipboard on HTTPS only, and may refuse it. */
    async isCopied() {
      try {
        await navigator.clipboard.writeText(this.textTarget.value);
        return true;
      } catch {
        return false;
      }
    }
  }

  window.wagtail.app.register("schedules-copy", CopyController);
})();
