"""Addresses of our own: where somebody came from or goes next."""

import pytest
from flask import url_for

from volunteer.core import addresses

HOSTILE = [
    None,
    "",
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\nLocation: https://evil.example",
    " /teams",
    "\x00/teams",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "http:/evil.example",
    "/teams\\..\\evil",
    "teams/1",
    "@evil.example",
    "/teams with spaces",
]


@pytest.mark.parametrize("target", HOSTILE)
def test_nothing_leads_away_from_here(target):
    assert addresses.safe_next(target) is None


@pytest.mark.parametrize(
    "target", ["/", "/teams/1", "/teams/1/week?day=2026-10-14", "/a?next=//evil.example", "/a#b"]
)
def test_paths_of_our_own_pass(target):
    assert addresses.safe_next(target) == target


@pytest.mark.parametrize(
    ("referrer", "path"),
    [
        ("http://localhost/teams/1?page=2", "/teams/1?page=2"),
        ("http://localhost/teams/1", "/teams/1"),
        ("https://evil.example/teams/1", None),
        ("http://localhost.evil.example/", None),
        ("http://localhost@evil.example/", None),
        ("http://localhost//evil.example", None),
        ("http://localhost/\\evil.example", None),
        ("nonsense", None),
        ("http://[broken", None),
        (None, None),
    ],
)
def test_only_pages_of_ours_are_gone_back_to(app, referrer, path):
    headers = {"Referer": referrer} if referrer else {}

    with app.test_request_context("/", headers=headers):
        assert addresses.same_site_referrer() == path


def test_another_page_of_a_list_keeps_what_was_searched_for(app):
    with app.test_request_context("/teams/1/members?q=wxy&page=2"):
        assert addresses.page_url(3) == "/teams/1/members?q=wxy&page=3"


def test_a_static_files_address_changes_with_the_file(app):
    with app.test_request_context("/"):
        assert "?v=" in addresses.asset("linli.css")
        assert addresses.asset("linli.css") != addresses.asset("tokens.css")


def test_a_page_is_named_as_flask_names_it_each_time_it_is_asked(app):
    asked = [
        ("teams.show_members", {"team_id": 3}),
        ("teams.show_members", {"team_id": 3, "q": "王", "page": 2}),
        ("teams.show_members", {"team_id": 3, "page": True}),
        ("teams.show_members", {"team_id": 3, "page": 1}),
        ("teams.show_members", {"team_id": 3, "page": ["1", "2"]}),
        ("static", {"filename": "linli.css"}),
    ]
    for _turn in range(2):
        for base in ("http://localhost/", "http://localhost/under/here/"):
            with app.test_request_context("/teams/3/members", base_url=base):
                for endpoint, values in asked:
                    expected = url_for(endpoint, **values)
                    assert addresses.of_page(endpoint, **values) == expected
                    assert expected.startswith("/under/here/") == ("under" in base)
                external = addresses.of_page("teams.show_members", team_id=3, _external=True)
                assert external == f"{base}teams/3/members"


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb:cccc:dddd:eeee", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("unix:", "unix:"),
        ("", ""),
    ],
)
def test_a_home_is_one_place_whichever_of_its_addresses_it_takes(app, address, place):
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert addresses.caller() == place
