/* Copies a code, and loads a preview when it is opened: a page with five embeds would be slow. */
(() => {
  const status = document.querySelector("[data-copied]");

  const copy = async (button) => {
    const code = document.getElementById(button.dataset.copy);
    code.select();
    try {
      await navigator.clipboard.writeText(code.value);
      status.textContent = `${button.getAttribute("aria-label").replace(/^Copy: /, "")}: copied.`;
    } catch {
      // Without leave to write to the clipboard the code is selected, ready for the keyboard.
      status.textContent = "The code is selected: copy it with your keyboard.";
    }
  };

  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", () => copy(button));
  }
  for (const details of document.querySelectorAll(".partner__mode details")) {
    details.addEventListener("toggle", () => {
      const frame = details.querySelector("iframe");
      if (details.open && !frame.src) frame.src = frame.dataset.src;
    });
  }
})();
