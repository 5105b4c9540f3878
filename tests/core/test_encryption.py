"""Sealed texts: unlike each other, readable with their key alone, sealed anew while people work."""

import logging
import threading
import time

import pytest
from sqlalchemy import Text, column, func, insert, select, table, update
from sqlalchemy.exc import IntegrityError, StatementError

import config
from tests.conftest import DATABASES
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.elders import ElderFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import MembershipFactory, TeamFactory
from tests.planting import plant, raw, raw_of, sealed_columns
from tests.servers import migrated
from volunteer import create_app
from volunteer.accounts import signing_in
from volunteer.accounts.errors import LoginTaken
from volunteer.accounts.models import User
from volunteer.core import encryption
from volunteer.core.database import session, transaction
from volunteer.core.encryption import BadKey, Fingerprint, Unreadable
from volunteer.elders.models import Elder
from volunteer.people import queries as people
from volunteer.people.models import Person
from volunteer.teams import queries as teams
from volunteer.teams.models import Membership

OLD, NEW = config.new_data_key(), config.new_data_key()
PHONE = "13812345678"


@pytest.fixture(autouse=True)
def keys():
    """Each test says which keys there are; afterwards there are those of before."""
    before = encryption.keys.texts
    encryption.use([OLD])
    yield
    encryption.use(before)


# --- one text -------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["王秀英", " ", "a" * 10_000, "🏠\n\t'\"", "\x00"])
def test_a_text_is_sealed_differently_each_time_and_opens_again(words):
    first, second = encryption.seal(words), encryption.seal(words)

    assert first != second
    assert encryption.unseal(first) == encryption.unseal(second) == words
    assert words not in first


def test_any_of_the_keys_opens_and_the_first_one_seals():
    sealed = encryption.seal("王秀英")
    encryption.use([NEW, OLD])
    newer = encryption.seal("王秀英")

    assert encryption.unseal(sealed) == "王秀英"
    encryption.use([NEW])
    assert encryption.unseal(newer) == "王秀英"


def test_without_its_key_a_text_is_unreadable_and_the_error_says_where_keys_stand():
    sealed = encryption.seal("王秀英")
    encryption.use([NEW])

    with pytest.raises(Unreadable, match="none of the keys in DATA_KEYS") as refused:
        encryption.unseal(sealed)

    assert "王秀英" not in str(refused.value)


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1],
        lambda token: token[:40] + ("A" if token[40] != "A" else "B") + token[41:],
        lambda token: "A" + token,
        lambda token: "",
        lambda _token: "13812345678",
        lambda _token: "锦绣东方小区3栋",
        lambda _token: "{}",
    ],
    ids=["short", "turned", "long", "empty", "clear digits", "clear words", "json"],
)
def test_a_text_that_was_tampered_with_is_unreadable(change):
    token = encryption.seal("王秀英")

    with pytest.raises(Unreadable):
        encryption.unseal(change(token))


@pytest.mark.parametrize("bad", ["", "short", "钥匙" * 20, "A" * 200])
def test_a_key_that_is_none_is_named_as_such(bad):
    encryption.use([bad])

    with pytest.raises(BadKey, match="32 bytes"):
        encryption.seal("王秀英")


def test_without_any_key_nothing_is_sealed_opened_or_looked_up():
    sealed = encryption.seal("王秀英")
    encryption.use([])

    for act in (encryption.seal, encryption.fingerprint):
        with pytest.raises(BadKey):
            act("王秀英")
    with pytest.raises(BadKey):
        encryption.unseal(sealed)


def test_a_fingerprint_is_the_same_for_the_same_text_and_another_under_another_key():
    mark = encryption.fingerprint(PHONE)

    assert mark == encryption.fingerprint(PHONE) == encryption.fingerprint(PHONE, OLD)
    assert mark not in {encryption.fingerprint(PHONE + "0"), encryption.fingerprint(PHONE, NEW)}
    assert len(mark) == 64
    assert PHONE not in mark


def test_without_a_text_there_is_no_fingerprint():
    assert [Fingerprint("phone").of_text(words) for words in (None, "")] == [None, None]


# --- columns --------------------------------------------------------------------------------


@pytest.fixture
def raw_phone(database):
    """What really stands in the table as somebody's phone."""

    def write(number, words):
        found = table("people", column("id"), column("phone", Text))
        session.execute(update(found).where(found.c.id == number).values(phone=words))
        session.commit()
        session.expunge_all()

    return write


def test_a_column_keeps_a_sealed_text_and_gives_a_readable_one(database):
    person = PersonFactory(phone=PHONE)
    session.expire_all()

    (kept,) = raw_of(Person.phone)
    assert PHONE not in kept
    assert encryption.unseal(kept) == person.phone == PHONE


def test_equal_texts_do_not_look_equal_in_the_table(database):
    for _neighbour in range(2):
        PersonFactory(phone=PHONE)

    first, second = raw_of(Person.phone)
    assert first != second


def test_nothing_stays_nothing_and_an_empty_text_an_empty_one(database):
    person = PersonFactory(phone=None)
    membership = MembershipFactory(person=person, note="")
    elder = ElderFactory(address=None, person=person)
    session.expire_all()

    assert (person.phone, person.phone_mark, person.phone_tail) == (None, None, None)
    assert membership.note == ""
    assert elder.address is None
    assert raw_of(Elder.address) == raw_of(Membership.note) == []


def test_lists_and_small_records_come_back_as_they_were(database):
    elder = ElderFactory(categories=[], address={"estate": "小税巷", "room": "5"})
    session.expire_all()

    assert (elder.categories, elder.address) == ([], {"estate": "小税巷", "room": "5"})
    assert "小税巷" not in raw_of(Elder.address)[0]


def test_a_row_whose_key_is_missing_is_an_error_and_never_an_empty_phone(database):
    person = PersonFactory(phone=PHONE)
    number = person.id
    session.expunge_all()
    encryption.use([NEW])

    with pytest.raises(Unreadable):
        session.get(Person, number)


def test_a_row_in_clear_is_an_error_too(raw_phone):
    number = PersonFactory(phone=PHONE).id
    for words in ("13812345678", "没有手机"):
        raw_phone(number, words)
        with pytest.raises(Unreadable):
            session.get(Person, number)


def test_a_phone_is_found_however_it_is_typed_and_by_its_last_four_digits(database):
    membership = MembershipFactory(person__phone=PHONE)
    MembershipFactory(team=membership.team, person__phone="13912340000")

    for typed in (PHONE, "138 1234 5678", "138-1234-5678", "+86 13812345678"):
        assert people.find_people_by_phone(typed) == [membership.person], typed
    found = session.scalars(teams.search_members(membership.team, "5678")).all()
    assert found == [membership]


def test_who_gives_another_phone_is_found_by_that_one_alone(database):
    person = PersonFactory(phone=PHONE)
    person.phone = "13900001111"
    session.commit()

    assert people.find_people_by_phone(PHONE) == []
    assert people.find_people_by_phone("13900001111") == [person]


# --- sealing anew ---------------------------------------------------------------------------


class Stopped(Exception):
    pass


def which_opens(key, found):
    """Those of these (column, text) that this key opens."""
    before = encryption.keys.texts
    encryption.use([key])
    opened = set()
    for name, token in found:
        try:
            encryption.unseal(token)
        except Unreadable:
            continue
        opened.add((name, token))
    encryption.use(before)
    return opened


def all_sealed():
    return {(name, token) for name in sealed_columns() for token in raw(*name)}


def everything_readable():
    """Every sealed text, opened, by its column."""
    return sorted((name, encryption.unseal(token)) for name, token in all_sealed())


def test_the_village_of_words_has_something_in_every_sealed_column(database):
    """The control of the tests below: a column without a text would prove nothing."""
    plant(TeamFactory())

    empty = [name for name in sealed_columns() if not raw(*name)]
    assert not empty, f"plant a word in tests/planting.py: {empty}"


def test_after_sealing_anew_the_old_key_opens_nothing_and_the_new_one_everything(database):
    plant(TeamFactory())
    before, opened = all_sealed(), everything_readable()
    assert which_opens(OLD, before) == before
    encryption.use([NEW, OLD])

    count = encryption.seal_anew()

    after = all_sealed()
    rows = sum(
        session.scalar(select(func.count()).select_from(table(name)))
        for name in {name for name, _column in sealed_columns()}
    )
    assert count == rows >= 20
    assert which_opens(OLD, after) == set()
    assert which_opens(NEW, after) == after
    encryption.use([NEW])
    assert everything_readable() == opened


def test_sealing_anew_can_be_stopped_anywhere_and_run_again(database, monkeypatch):
    monkeypatch.setattr(encryption, "ROWS_AT_ONCE", 3)
    plant(TeamFactory())
    opened = everything_readable()
    encryption.use([NEW, OLD])
    seal = encryption.seal
    stops = 0
    for stop_after in (1, 5, 15, 30):
        left = iter(range(stop_after))

        def seal_some(words, left=left):
            if next(left, None) is None:
                raise Stopped
            return seal(words)

        monkeypatch.setattr(encryption, "seal", seal_some)
        with pytest.raises(StatementError, match="Stopped"):
            encryption.seal_anew()
        monkeypatch.setattr(encryption, "seal", seal)
        session.expire_all()
        assert everything_readable() == opened
        stops += 1

    encryption.seal_anew()

    assert stops == 4
    assert which_opens(OLD, all_sealed()) == set()
    assert everything_readable() == opened


def test_people_and_sign_in_names_are_found_before_during_and_after(database):
    person = PersonFactory(phone=PHONE)
    membership = MembershipFactory(person=person)
    user = UserFactory(person=person, login="wangxiuying")

    def found():
        return (
            people.find_people_by_phone(PHONE) == [person],
            session.scalars(teams.search_members(membership.team, "5678")).all() == [membership],
            signing_in.find_by_login("WangXiuying") == user,
            signing_in.sign_in("wangxiuying", PASSWORD, caller="here").person == person,
        )

    everywhere = (True,) * 4
    assert found() == everywhere
    encryption.use([NEW, OLD])
    assert found() == everywhere
    encryption.seal_table_anew(Person.__table__)
    assert found() == everywhere
    encryption.seal_anew()
    session.expire_all()
    assert found() == everywhere
    encryption.use([NEW])
    assert found() == everywhere
    assert user.login == "wangxiuying"


def test_a_sign_in_name_stays_one_persons_before_during_and_after(database):
    UserFactory(login="wangxiuying")
    other = PersonFactory()

    def refused():
        with pytest.raises(LoginTaken):
            signing_in.open_account(other, login="WANGXIUYING", password=PASSWORD)

    refused()
    encryption.use([NEW, OLD])
    refused()
    encryption.seal_anew()
    refused()
    encryption.use([NEW])
    refused()
    second = insert(User).values(person_id=other.id, login="wangxiuying", is_operator=False,
                                 login_mark=encryption.fingerprint("wangxiuying"))  # fmt: skip
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(second)


@pytest.mark.parametrize("kind", DATABASES)
def test_the_command_seals_everything_anew_and_leaves_nothing_of_before(kind, tmp_path):
    with migrated(kind, tmp_path, "rotating") as url:
        encryption.use([OLD])
        plant(TeamFactory())
        before = all_sealed()
        app = create_app(config.Testing({"DATABASE_URL": url, "DATA_KEYS": f"{NEW},{OLD}"}))

        result = app.test_cli_runner().invoke(args=["keys", "rotate"])

        assert (result.exit_code, result.exception) == (0, None)
        assert "sealed with the first key" in result.output
        assert which_opens(OLD, all_sealed()) == set()
        # Neither in a free page of the file nor in the log beside it.
        bytes_of_all = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        left = [name for name, token in before if token.encode() in bytes_of_all]
        assert left == []
        if kind == "sqlite":
            assert all(token.encode() in bytes_of_all for _name, token in all_sealed())


def test_the_command_says_so_when_a_key_is_missing_and_shows_no_text(app):
    plant(TeamFactory())
    before = all_sealed()
    encryption.use([NEW])

    result = app.test_cli_runner().invoke(args=["keys", "rotate"])

    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert result.output.startswith("Error: A sealed text opens with none of the keys in DATA_KEYS")
    assert all_sealed() == before


@pytest.mark.parametrize("kind", DATABASES)
def test_what_people_change_meanwhile_stays_changed_and_readable(
    kind, tmp_path, monkeypatch, caplog
):
    caplog.set_level(logging.WARNING)
    monkeypatch.setattr(encryption, "ROWS_AT_ONCE", 5)
    with migrated(kind, tmp_path, "rotating"):
        encryption.use([OLD])
        numbers = [PersonFactory(phone=f"1380000{n:04d}").id for n in range(60)]
        session.remove()
        encryption.use([NEW, OLD])
        is_over = threading.Event()
        written, failed = {}, []
        end = time.monotonic() + 30

        def work():
            turn = 0
            while not is_over.is_set() and not failed:
                number = numbers[turn * 7 % 60]
                phone = f"1390000{turn:04d}"
                try:
                    with transaction():
                        session.get_one(Person, number).phone = phone
                    written[number] = phone
                except Exception as error:
                    failed.append(error)
                turn += 1
            session.remove()

        worker = threading.Thread(target=work)
        worker.start()
        while len(written) < 30 and not failed and time.monotonic() < end:
            encryption.seal_anew()
        is_over.set()
        worker.join()
        session.remove()

        assert failed == []
        assert len(written) >= 30
        encryption.use([NEW])
        phones = dict(session.query(Person.id, Person.phone).all())
        for number, phone in written.items():
            assert phones[number] == phone
            assert [one.id for one in people.find_people_by_phone(phone)] == [number]
        assert which_opens(OLD, {(("people", "phone"), t) for t in raw("people", "phone")}) == set()
        assert len(phones) == 60
