/* Loads the elements of version __VERSION__, and nothing that is not exactly them: browsers compare the integrity. */
(() => {
  const own = document.currentScript;
  const address = new URL("/embed/__VERSION__/clinic-elements.js", own.src).href;
  if (document.querySelector(`script[src="${address}"]`)) return;
  // Where a page demands Trusted Types, it has to allow the name clinic-embed. The elements use the policy too,
  // for JSON-LD; it lets nothing else pass.
  const policy = window.trustedTypes?.createPolicy("clinic-embed", {
    createScript: (text) => (JSON.parse(text), text),
    createScriptURL: (url) => {
      if (url !== address) throw new TypeError("Only the clinic's elements are loaded.");
      return url;
    },
  });
  window[Symbol.for("clinic-embed")] = policy;
  const script = document.createElement("script");
  script.type = "module";
  script.integrity = "__INTEGRITY__";
  script.crossOrigin = "anonymous";
  script.nonce = own.nonce;
  script.src = policy ? policy.createScriptURL(address) : address;
  document.head.append(script);
})();
