// cypress/support/e2e.ts: a session for each test, added to every request to the mock server
beforeEach(() => {
  const session = crypto.randomUUID();
  cy.intercept({ url: `${Cypress.env("MOCK_URL")}/**`, middleware: true }, (request) => {
    request.headers["X-Mock-Session"] = session;
  });
});
