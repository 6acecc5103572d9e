"""What reads as prose does so in every script, and teasers do not."""

from __future__ import annotations

import pytest

from cleaner.prose import word_count
from tests.stacked import is_prose, stacked

PROSE = {
    "en": "The harbour master said on Monday that the breakwater would be finished before the winter storms.",
    "en quote": "“We waited for the doctor for an hour, and then we left without her,” the captain said of the delay.",
    "de": "Der Hafenmeister sagte am Montag, der Wellenbrecher werde noch vor den Winterstürmen fertig sein.",
    "ru": "Начальник порта сообщил в понедельник, что волнорез будет достроен ещё до наступления зимних штормов.",
    "el": "Ο λιμενάρχης δήλωσε τη Δευτέρα ότι ο κυματοθραύστης θα είναι έτοιμος πριν από τις χειμερινές καταιγίδες.",
    "zh": "港務局長週一表示，防波堤將在冬季風暴到來之前完工，漁民不必再等一年。",
    "ja": "港湾局長は月曜日、防波堤は冬の嵐が来る前に完成する見通しだと記者団に述べた。",
    "ar": "قال مدير الميناء يوم الاثنين إن حاجز الأمواج سيكتمل قبل حلول عواصف الشتاء بوقت قصير جدا.",
    "hi": "बंदरगाह प्रमुख ने सोमवार को कहा कि सर्दियों के तूफ़ानों से पहले बाँध पूरा हो जाएगा।",
    "ko": "항만 책임자는 월요일에 겨울 폭풍이 오기 전에 새로운 방파제 공사를 모두 끝낼 수 있을 것이라고 말했다.",
}
NOT_PROSE = {
    "headline": "Harbour master promises breakwater before the winter storms",
    "long headline": "Harbour master promises that the long delayed breakwater will be ready before winter storms hit",
    "question teaser": "Will the breakwater hold?",
    "menu": "Home News Sport Business Opinion Culture Travel Weather Video Podcasts Archive Contact",
    "zh headline": "港務局長：防波堤將在冬季前完工",
    "button": "Share",
}


@pytest.mark.parametrize("text", PROSE.values(), ids=PROSE.keys())
def test_prose_is_prose(text: str) -> None:
    assert is_prose(text)


@pytest.mark.parametrize("text", NOT_PROSE.values(), ids=NOT_PROSE.keys())
def test_headlines_menus_and_buttons_are_not(text: str) -> None:
    assert not is_prose(text)


@pytest.mark.parametrize(("text", "words"), [("one", 1), ("one two three", 3), ("防波堤完工了", 3), ("Ωμέγα άλφα", 2)])
def test_words_are_counted_in_scripts_with_and_without_spaces(text: str, words: int) -> None:
    assert word_count(text) == words


@pytest.mark.parametrize("text", [*PROSE.values(), *NOT_PROSE.values()])
@pytest.mark.parametrize("times", [1, 5])
def test_blocks_have_as_many_words_as_their_text(text: str, times: int) -> None:
    one = stacked(" ".join([text] * times))
    assert one.words.tolist() == [word_count(flat) for flat in one.flats]


@pytest.mark.parametrize("text", PROSE.values(), ids=PROSE.keys())
def test_prose_in_quotes_or_brackets_is_prose(text: str) -> None:
    assert is_prose(f"“{text}”")
    assert is_prose(f"({text})")


def test_two_sentences_are_prose_whatever_follows() -> None:
    assert is_prose("The harbour was closed on Monday. The council met at noon and then it voted, twice")
    assert not is_prose("The harbour was closed on Monday and the council met at noon and then it voted, twice")
