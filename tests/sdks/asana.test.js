import assert from "node:assert/strict";
import { createReadStream, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import Asana from "asana";

const MOST = 100; // a list of a mock that has more pages does not end

function connect(token = "1/123:abc", headers = {}, timeout = 30_000) {
  const client = new Asana.ApiClient();
  client.basePath = `${process.env.MOCK_URL}/api/1.0`;
  client.authentications.token.accessToken = token;
  client.defaultHeaders = headers;
  client.timeout = timeout;
  return client;
}

const tasks = new Asana.TasksApi(connect());

async function readPages(page) {
  for (let pages = 1; page.data; pages += 1) {
    assert.ok(pages < MOST, "the list does not end");
    page = await page.nextPage();
  }
}

function statusOf(promise) {
  return promise.then(() => "accepted", (error) => error.status);
}

test("a task is made, read, changed and deleted", async () => {
  const body = { data: { name: "Buy milk", workspace: "12345", due_on: "2026-03-01" } };
  const { data: task } = await tasks.createTask(body, { opt_fields: "name,permalink_url" });
  const read = await tasks.getTask(task.gid, { opt_fields: "name,notes,assignee.name" });
  assert.ok(read.data.gid);
  assert.ok((await tasks.updateTask({ data: { completed: true } }, task.gid, {})).data.gid);
  assert.deepEqual((await tasks.deleteTask(task.gid)).data, {});
});

test("lists end", async () => {
  const client = connect();
  await readPages(await tasks.getTasks({ project: "1", limit: 20, opt_fields: "name,completed" }));
  await readPages(await new Asana.ProjectsApi(client).getProjects({ workspace: "1", limit: 2, archived: false }));
  await readPages(await new Asana.WorkspacesApi(client).getWorkspaces({ limit: 2 }));
  await readPages(await new Asana.UsersApi(client).getUsers({ workspace: "1", limit: 2 }));
});

test("a search is accepted", async () => {
  const options = { text: "milk", "assignee.any": "me,5678", completed: false, sort_ascending: false };
  await readPages(await tasks.searchTasksForWorkspace("12345", options));
});

test("a subtask and a comment are made", async () => {
  const stories = new Asana.StoriesApi(connect());
  assert.ok((await tasks.createSubtaskForTask({ data: { name: "Find the shop" } }, "12345", {})).data.gid);
  assert.ok((await stories.createStoryForTask({ data: { text: "Done." } }, "12345", {})).data.gid);
});

test("a project is made", async () => {
  const body = { data: { name: "Spring", workspace: "1", team: "2", default_view: "board" } };
  assert.ok((await new Asana.ProjectsApi(connect()).createProject(body, {})).data.gid);
});

test("a file is attached", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "asana-")), "note.txt");
  writeFileSync(path, "hello");
  const options = { file: createReadStream(path), parent: "12345", name: "note.txt" };
  assert.ok((await new Asana.AttachmentsApi(connect()).createAttachmentForObject(options)).data.gid);
});

test("an invalid member is named", async () => {
  await assert.rejects(tasks.updateTask({ data: { completed: "yes" } }, "12345", {}), (error) => {
    assert.equal(error.status, 400);
    assert.match(error.response.text, /completed/);
    return true;
  });
});

for (const status of [401, 403, 404, 500]) {
  test(`the documented ${status} is chosen by the request`, async () => {
    const chosen = new Asana.TasksApi(connect(undefined, { Prefer: `code=${status}` }));
    assert.equal(await statusOf(chosen.getTask("12345", {})), status);
  });
}

test("a request without a token is unauthorized", async () => {
  assert.equal(await statusOf(new Asana.TasksApi(connect("")).getTask("12345", {})), 401);
});

test("a slow answer is a timeout", async () => {
  const slow = new Asana.TasksApi(connect(undefined, { "X-Mock-Delay": "5s" }, 200));
  await assert.rejects(slow.getTask("12345", {}), /timeout/i);
});

test("a broken connection is an error", async () => {
  const broken = new Asana.TasksApi(connect(undefined, { "X-Mock-Fault": "connection-reset" }));
  await assert.rejects(broken.getTask("12345", {}), /ECONNRESET|socket hang up/);
});
