// cypress/support/e2e.ts: a session for each test, in the address that the application calls
beforeEach(() => {
  const apiUrl = `${Cypress.env("MOCK_URL")}/__mock/as/${crypto.randomUUID()}`;
  Cypress.env("API_URL", apiUrl);
  cy.on("window:before:load", (window) => {
    Object.assign(window, { API_URL: apiUrl });
  });
});
