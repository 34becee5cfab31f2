// Puts the dates of a quarter into somebody else's page, in that page's own letters and colours:
//   <quartier-termine src="https://QUARTER/embed?limit=5"><a href="https://QUARTER/events">Termine</a></quartier-termine>
// It leaves nothing behind: no cookie, no name in the page's world, no style. Whatever fails, the link inside stays.
(() => {
  "use strict";
  const name = "quartier-termine";
  if (customElements.get(name)) return;
  const home = new URL(document.currentScript.src).origin;

  customElements.define(
    name,
    class extends HTMLElement {
      async connectedCallback() {
        try {
          const address = new URL(this.getAttribute("src") ?? "/embed", home);
          // Only ever from the quarter whose script this is.
          if (address.origin !== home) return;
          const answer = await fetch(address, { credentials: "omit", referrerPolicy: "no-referrer", headers: { accept: "text/html" } });
          if (!answer.ok) return;
          const page = new DOMParser().parseFromString(await answer.text(), "text/html");
          const list = page.getElementById("quartier");
          list.removeAttribute("id");
          this.replaceChildren(document.adoptNode(list));
        } catch {
          // The link inside stays.
        }
      }
    },
  );
})();
