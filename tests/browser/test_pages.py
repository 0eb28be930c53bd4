"""What only a real browser can show: live pieces, clocks, no script, keyboard, paper, and an injected attribute."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


def test_a_piece_is_fetched_again_when_its_topic_changes(visit, served):
    window = visit()
    window.sign_in("tuyet")
    page = window.go("/board")
    page.wait_for_function("() => true")
    for _ in range(200):
        if len(served.hub):
            break
        page.wait_for_timeout(20)
    before = int(page.text_content("#count"))
    served.hub.notify("requests", "req-1")
    page.wait_for_function(f"() => Number(document.querySelector('#count').textContent) === {before + 1}")
    assert page.locator(".live-lost").is_hidden()


def test_a_piece_that_a_busy_node_turned_away_stays_and_is_asked_for_again(visit, served, monkeypatch):
    monkeypatch.setattr("lienlac.limits.RETRY_AFTER_S", 0.05)
    window = visit()
    window.sign_in("tuyet")
    page = window.go("/board")
    before = int(page.text_content("#count"))
    served.crowded = 1.0
    try:
        with page.expect_response("**/board/piece") as turned_away:
            page.evaluate("() => document.body.dispatchEvent(new CustomEvent('requests'))")
        assert turned_away.value.status == 503
        assert int(page.text_content("#count")) == before
    finally:
        served.crowded = 0.0
    page.wait_for_function(f"() => Number(document.querySelector('#count').textContent) > {before}")


def test_a_page_is_live_and_guarded_also_where_its_scripts_come_one_by_one(visit):
    """On a slow line what belongs to htmx comes after htmx, which must not begin without it: no stream, no nonce."""
    window = visit()
    window.sign_in("tuyet")
    page = window.go("/board")
    held = []

    def hold(route):
        held.append(route)

    page.route("**/hx-*.min.js", hold)
    page.reload(wait_until="commit")
    page.wait_for_function("() => 'htmx' in window")
    page.evaluate("() => new Promise((done) => setTimeout(() => setTimeout(done)))")  # it would have begun by now
    assert len(held) == 2
    for route in held:
        route.continue_()
    page.wait_for_selector("[data-connected-before]", state="attached")
    page.wait_for_selector("#forged:not([hx-get])")


def test_what_was_missed_while_the_line_was_down_is_asked_for_again(visit, served):
    window = visit()
    window.sign_in("tuyet")
    page = window.go("/board")
    before = int(page.text_content("#count"))
    for _ in range(200):  # until it was this page's line, not that of the page before it
        served.hub.close()
        page.wait_for_timeout(50)
        if int(page.text_content("#count")) > before:
            break
    assert int(page.text_content("#count")) > before
    assert page.locator(".live-lost").is_hidden()


def test_an_injected_attribute_without_the_pages_nonce_does_nothing(visit):
    window = visit()
    window.sign_in("tuyet")
    page = window.go("/board")
    page.wait_for_selector("#forged:not([hx-get])")
    assert page.text_content("#forged") == "untouched"


def test_an_injected_script_does_not_run(visit):
    window = visit()
    page = window.go("/sign-in")
    page.evaluate(
        """() => { try { const script = document.createElement('script');
        script.src = 'data:text/javascript,window.evil=1'; document.head.append(script) } catch (e) {} }"""
    )
    page.wait_for_timeout(50)
    assert page.evaluate("() => window.evil === undefined")


def test_a_clock_counts_by_the_nodes_time_turns_amber_and_red(visit, served):
    window = visit(locale="vi")
    window.sign_in("tuyet", "vi")
    served.board.minutes, served.board.start_minutes = 150, 300
    # the browser's own clock is wrong by half a day: it must not matter
    window.page.clock.install(time="2026-11-23T15:00:00Z")
    page = window.go("/board")
    clock = page.locator("#inner .clock")
    assert clock.text_content() in {"còn 2 giờ 30 phút", "còn 2 giờ 29 phút"}  # a second may have passed by now
    assert "soon" not in clock.get_attribute("class")
    page.clock.run_for(31 * 60 * 1000)
    assert clock.text_content() in {"còn 1 giờ 59 phút", "còn 1 giờ 58 phút"}
    assert "soon" in clock.get_attribute("class")
    page.clock.run_for(118 * 60 * 1000)
    assert clock.text_content().startswith("còn ")
    assert clock.text_content().endswith((" giây", "1 phút"))
    page.clock.run_for(62 * 1000)
    assert clock.text_content().startswith("quá hạn")
    assert "overdue" in clock.get_attribute("class")
    assert page.text_content("#clock-news").startswith("VN-US-2026-0411 quá hạn")


def test_everything_works_without_script(visit):
    window = visit(java_script_enabled=False, locale="en")
    page = window.sign_in("admin", "en")
    assert page.locator("h1").text_content() in {"Overview", "Tổng quan"}
    window.go("/account")
    page.select_option("#f-language", "en")
    page.click("form[action='/account/choices'] button")
    assert page.locator(".notice.good").text_content() == "Saved."
    page.click("button:has-text('Sign out') >> nth=0")
    assert page.locator(".notice.good").text_content() == "Signed out."


def test_the_keyboard_reaches_the_content_first(visit):
    window = visit(locale="en")
    page = window.sign_in("admin", "en")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"


def test_the_first_mistake_has_the_focus(visit):
    window = visit(locale="en")
    page = window.sign_in("admin", "en")
    window.go("/users/new")
    page.evaluate("() => document.querySelectorAll('[required]').forEach(field => field.required = false)")
    page.fill("#f-login", "linh")
    page.click("main .primary")
    page.wait_for_selector(".field.wrong")
    assert page.evaluate("() => document.activeElement.id") == "f-name"


def test_paper_has_no_navigation(visit):
    window = visit(locale="en")
    page = window.sign_in("admin", "en")
    page.emulate_media(media="print")
    assert page.locator("nav.side").is_hidden()
    assert page.locator("h1").is_visible()


def test_nothing_is_asked_of_other_machines(visit, served):
    window = visit()
    asked = []
    window.page.on("request", lambda request: asked.append(request.url))
    window.sign_in("admin")
    window.go("/account")
    assert asked
    assert all(url.startswith((served.url, "blob:")) for url in asked)


def test_a_form_is_sent_once_however_often_it_is_clicked(visit, served):
    window = visit(locale="en")
    page = window.sign_in("admin", "en")
    officer_id = served.node.people["kiem"].officer.id
    window.go(f"/users/{officer_id}/reset")
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    page.dblclick("main button.danger")
    page.wait_for_selector("#new-password")
    assert len(sent) == 1
