"""Words that are the same in every run."""

from simulators.targets.proxy.labels import of_key, of_path, of_words


def test_a_path_keeps_its_words_and_hides_its_identifiers():
    path = "/rest/v1/sessions/5b6c7a10-0000-4000-8000-00000000abcd/turns/12?token=4711"
    assert of_path(path) == "/rest/v1/sessions/*/turns/*"


def test_a_key_keeps_its_words_and_hides_its_identifiers():
    assert of_key("session:4711") == "session:*"
    assert of_key("9f86d081884c7d65") == "*"
    assert of_key("f:s:Qa7") != of_key("f:seen:Qa7") == "f:seen:*"
    assert of_key("shop/{hari}.lastSeen|by-day:XY:aBxYzQ") == "shop/*.lastSeen|by-day:XY:*"
    assert of_key("cart:") == "cart:"


def test_a_label_is_one_short_line_without_quotes():
    assert of_words("SET", 'a"b(c)\n') == "SET a_b_c__"
    assert len(of_words("SET", "a" * 100)) == 48
