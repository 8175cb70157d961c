"use strict";

(() => {
  const { endpoint, token, styleNonce, examples } = JSON.parse(document.getElementById("graphiql-data").textContent);
  // GraphiQL's dialogs add a style sheet of their own; the page's policy lets it pass by this number.
  window.__webpack_nonce__ = styleNonce;
  const EXAMPLE_SLUG = "micro-needling";
  const LAST_DAY = 30;

  // GraphiQL names the operation too, but for a moment after a change of tab it names the former one. The endpoint
  // takes one operation per document and needs no name.
  async function send({ query, variables }, { headers } = {}) {
    const response = await fetch(endpoint, {
      method: "POST",
      credentials: "omit",
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        Authorization: `Bearer ${token}`,
        ...headers,
      },
      body: JSON.stringify({ query, variables }),
    });
    if (response.status === 401) {
      const message = "The token of this page has expired. Reload the page; your tabs are kept.";
      return { errors: [{ message }] };
    }
    return response.json();
  }

  // The article that the examples are about: micro needling, or else the first procedure that can be booked.
  async function exampleProcedure() {
    const query = "{ procedures(first: 100) { nodes { id slug booking { durationMinutes } } } }";
    const procedures = (await send({ query })).data?.procedures.nodes ?? [];
    return (
      procedures.find(({ slug }) => slug === EXAMPLE_SLUG) ??
      procedures.find(({ booking }) => booking) ??
      procedures[0] ?? { id: "", slug: EXAMPLE_SLUG }
    );
  }

  function localDate(daysFromNow) {
    const day = new Date();
    day.setDate(day.getDate() + daysFromNow);
    const pad = (number) => String(number).padStart(2, "0");
    return `${day.getFullYear()}-${pad(day.getMonth() + 1)}-${pad(day.getDate())}`;
  }

  // crypto.randomUUID is missing where the page comes over plain HTTP from another machine.
  function newKey() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
      byte.toString(16).padStart(2, "0"),
    ).join("");
  }

  function exampleVariables({ id, slug }) {
    const slotToken = "the token of a free slot";
    const holdToken = "the token of your hold";
    const manageToken = "the manageToken of your booking";
    const patient = { name: "Alex Example", email: "alex@example.com" };
    const days = { from: localDate(0), to: localDate(LAST_DAY) };
    return {
      Article: { slug },
      Procedures: { first: 20 },
      FreeSlots: { input: { procedure: id, ...days } },
      BookSlot: { input: { slotToken, patient, idempotencyKey: newKey() } },
      HoldSlot: { input: { slotToken, idempotencyKey: newKey() } },
      BookHeldSlot: { input: { holdToken, patient, idempotencyKey: newKey() } },
      BookSeries: { input: { slotToken, visits: 6, everyWeeks: 1, patient, idempotencyKey: newKey() } },
      JoinWaitlist: { input: { procedure: id, ...days, patient, idempotencyKey: newKey() } },
      MoveAppointment: { input: { manageToken, slotToken, idempotencyKey: newKey() } },
      CancelAppointment: { input: { manageToken, idempotencyKey: newKey() } },
      MyAppointment: { manageToken },
    };
  }

  function exampleTabs(procedure) {
    const variables = exampleVariables(procedure);
    return examples.map((query) => {
      const [, name] = query.match(/^(?:query|mutation) (\w+)/m);
      return { query, variables: JSON.stringify(variables[name], null, 2) };
    });
  }

  // GraphiQL starts with the query and variables stored last. They must be those of the tab in front: on reload it
  // opens one more tab otherwise, and the variables of the first example would stay empty.
  function storeFrontTab(defaultTabs) {
    const { tabs, activeTabIndex } = JSON.parse(sessionStorage.getItem("graphiql:tabState")) ?? {};
    const front = tabs?.[activeTabIndex] ?? defaultTabs[0];
    for (const part of ["query", "variables"]) {
      if (front[part]) {
        sessionStorage.setItem(`graphiql:${part}`, front[part]);
      } else {
        sessionStorage.removeItem(`graphiql:${part}`);
      }
    }
  }

  async function start() {
    // Without an answer the page still opens; sending a query then shows what is wrong.
    const procedure = await exampleProcedure().catch(() => ({ id: "", slug: EXAMPLE_SLUG }));
    const defaultTabs = exampleTabs(procedure);
    storeFrontTab(defaultTabs);
    const page = React.createElement(GraphiQL, {
      fetcher: send,
      defaultTabs,
      // Tabs may hold manage tokens and patients' names: they go when the browser tab is closed.
      storage: sessionStorage,
      defaultEditorToolsVisibility: "variables",
      shouldPersistHeaders: false,
    });
    ReactDOM.createRoot(document.getElementById("graphiql")).render(page);
  }

  start();
})();
