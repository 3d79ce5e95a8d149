"""The official SDK of OpenAI against a mock of its document: `OpenAI(base_url=f"{url}/v1")`."""

import pytest

openai = pytest.importorskip("openai", reason="openai is not installed: run nox -s sdks")

from tests.sdks.paging import read_all  # noqa: E402
from tests.support.live import Live  # noqa: E402

VENDOR = "openai"
QUESTION = [{"role": "system", "content": "Answer in one word."}, {"role": "user", "content": "Hello?"}]


@pytest.fixture
def client(mock: Live):
    with openai.OpenAI(api_key="sk-test", base_url=f"{mock.url}/v1", max_retries=0) as client:
        yield client


def test_a_chat_is_answered_by_a_message(client) -> None:
    chat = client.chat.completions.create(model="gpt-4o-mini", messages=QUESTION)
    [choice, *_] = chat.choices
    assert isinstance(choice.message.content, str)
    assert choice.message.role == "assistant"
    assert not choice.message.tool_calls
    assert not choice.message.refusal


def test_a_chat_with_tools_and_all_roles_is_accepted(client) -> None:
    call = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
    chat = client.chat.completions.create(
        model="gpt-4o",
        messages=[
            {"role": "developer", "content": "Be short."},
            {"role": "user", "content": [{"type": "text", "text": "How is the weather?"}]},
            {"role": "assistant", "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "call_1", "content": "Sunny."},
        ],
        tools=[{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}],
        temperature=0.2,
    )
    assert chat.object == "chat.completion"


def test_a_response_has_a_text(client) -> None:
    response = client.responses.create(model="gpt-4o-mini", input="Hello?")
    assert response.status == "completed"
    assert response.error is None
    assert isinstance(response.output_text, str)
    assert client.responses.retrieve(response.id).object == "response"


def test_embeddings_are_numbers(client) -> None:
    embeddings = client.embeddings.create(
        model="text-embedding-3-small", input=["one", "two"], encoding_format="float"
    )
    assert all(isinstance(each, float) for each in embeddings.data[0].embedding)


def test_moderations_have_categories(client) -> None:
    [result, *_] = client.moderations.create(input="Hello").results
    assert isinstance(result.flagged, bool)
    assert isinstance(result.categories.violence, bool)


def test_models_are_listed_and_read(client) -> None:
    model = read_all(client.models.list())[0]
    assert model.object == "model"
    assert client.models.retrieve(model.id).object == "model"


@pytest.mark.parametrize(
    "name", ["files", "batches", "vector_stores", "fine_tuning.jobs", "chat.completions"]
)
def test_a_list_ends(client, name: str) -> None:
    resource = client
    for part in name.split("."):
        resource = getattr(resource, part)
    read_all(resource.list(limit=2))


def test_a_file_is_uploaded_read_and_deleted(client) -> None:
    file = client.files.create(file=("lines.jsonl", b'{"a": 1}\n'), purpose="batch")
    assert file.object == "file"
    assert client.files.retrieve(file.id).object == "file"
    assert client.files.content(file.id).read()
    assert client.files.delete(file.id).deleted


def test_audio_is_transcribed(client) -> None:
    spoken = client.audio.transcriptions.create(
        model="whisper-1", file=("hello.mp3", b"ID3 not a real recording"), timestamp_granularities=["word"],
        response_format="verbose_json",
    )  # fmt: skip
    assert isinstance(spoken.text, str)


def test_speech_is_bytes(client) -> None:
    speech = client.audio.speech.create(model="tts-1", voice="alloy", input="Hello")
    assert speech.response.status_code == 200


def test_an_image_is_generated(client) -> None:
    images = client.images.generate(model="gpt-image-1", prompt="A tern", n=1)
    assert images.data


def test_a_vector_store_is_made_changed_and_deleted(client) -> None:
    store = client.vector_stores.create(name="Handbooks", file_ids=["file-1"], metadata={"team": "docs"})
    assert store.object == "vector_store"
    assert client.vector_stores.update(store.id, name="Manuals").object == "vector_store"
    assert client.vector_stores.delete(store.id).deleted


def test_an_invalid_request_is_refused_with_the_member_s_name(client) -> None:
    with pytest.raises((openai.BadRequestError, openai.UnprocessableEntityError), match="temperature"):
        client.chat.completions.create(model="gpt-4o", messages=QUESTION, temperature="hot")


def test_a_request_without_a_key_is_an_authentication_error(mock: Live) -> None:
    with (
        openai.OpenAI(api_key="sk-unused", base_url=f"{mock.url}/v1", max_retries=0) as anonymous,
        pytest.raises(openai.AuthenticationError),
    ):
        anonymous.models.list(extra_headers={"Authorization": openai.Omit()})


def test_a_slow_answer_is_a_timeout(client) -> None:
    with pytest.raises(openai.APITimeoutError):
        client.with_options(timeout=0.2).models.list(extra_headers={"X-Mock-Delay": "5s"})


@pytest.mark.parametrize("fault", ["connection-reset", "empty-response"])
def test_a_broken_connection_is_a_connection_error(client, fault: str) -> None:
    with pytest.raises(openai.APIConnectionError):
        client.models.list(extra_headers={"X-Mock-Fault": fault})
