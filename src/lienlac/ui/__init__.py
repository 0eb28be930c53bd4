"""The ground that every screen stands on. Floor 5: it knows people and storage, and no slice.

How a slice makes a page
------------------------
**Handlers** live in `<slice>/pages.py` (screens) and `<slice>/api.py` (programs, under `/api/`). They are plain
functions, run in a thread, and get an `Ask`. Import `Ask`, `FromPath` and `Response` under `TYPE_CHECKING` only::

    from litestar import get, post
    from lienlac.people.rights import Action
    from lienlac.ui.guard import needs


    @get(
        "/requests/{request_id:str}",
        opt=needs(Action.REQUEST_READ),
        sync_to_thread=True,
        include_in_schema=False,
        name="request",
    )
    def request_page(ask: Ask, request_id: FromPath[str]) -> Response[str]:
        with ask.database.read() as connection:
            found = store.get(connection, request_id)  # raises NotAllowed("not-found")
        return ask.page("hotline/request.html", title=..., request=found)


    HANDLERS = (request_page, ...)

A route without `opt=needs(...)` or `opt=public("why")` is closed (404), and a test fails. What a slice's objects need
beyond the database (a desk, a post office) comes by closure: let `make_handlers(desk) -> tuple` define them.

**Templates**: a folder handed to `make_app(template_dirs=[...])` that holds `<slice>/*.html`; they extend `base.html`
(blocks: `eyebrow`, `heading`, `acts` for buttons in the head, `content`) and use
`{% import "macros.html" as m with context %}`:
m.token, m.field, m.area, m.select, m.choices, m.mistakes, m.clock,
m.instant, m.tag, m.digest, m.empty, m.pages, m.act. Every page has: ask, words, lang, officer, now, csrf, nonce, path,
config, node_name; `allowed(Action.X)` for leaving out buttons. Filters: instant, clock_text, left, ago, duration,
money(currency), number, digest, rfc3339, said (translate a msgid that came as a value). No inline script, no `style=`
attribute: the policy forbids both. CSS classes: see `static/css/lienlac.css` (card, facts, timeline, kpi, tag, chip,
notice, filters, tabs, split, columns, stack, row, table.cards, clock).

**Forms** post to us with `{{ m.token() }}` inside; the guard has checked origin and token before the handler runs.
`ask.form.get("name")`, `.all("name")`, `.values()`. After an act answer `ask.redirect(path, notice)` (303, or
HX-Redirect for htmx); after a mistake render the form again with status 422, `typed=Blank(ask.form.values())` and
`wrong=Blank({field: ask.sentence(error)})`; `{{ m.mistakes(wrong) }}` lists them at the head. Acts that cannot be
taken back first show `confirm.html` (title, question, consequence, action, button, back). `LienlacError` that nobody
catches becomes a page or a problem+json with the right status by itself.

**Searches** hold words that stand in no address: `searches.routes.make_search(path, opt, answer, home=…)` makes the
form's POST, which keeps them in memory and sends the browser to the same path with a random name behind it, and the GET
there, which answers with the form brought back. So an answer can be gone back to and loaded again.

**htmx**: every element with `hx-…` attributes needs `hx-nonce="{{ nonce }}"`; inheritance is explicit (`:inherited`).
Answer pieces with `ask.fragment(template, …)`; `ask.htmx` tells whether htmx asked. 422 answers are swapped in too.

**Live**: every page follows the topics its officer may follow; nav, link state and alert come down its stream. A list
that many look at is a `View` (`views_of`, handed to `make_app(shown=…)` by the path of its page): its lines are drawn
once for all who are shown the same and sent to each; their templates may read neither token nor nonce, and the page
names its view (`ask.page(…, view=query)`). What is personal, or what few look at, asks for itself: on each piece of
one's own write `hx-get="/requests/filters" hx-trigger="requests from:body" hx-swap="outerMorph" hx-nonce="{{ nonce
}}"`; for one thing `hx-trigger="thing-{{ id }} from:body"`. After commit call `database.after_commit(connection,
lambda: hub.notify("requests", request_id))`.
Clocks that count down by themselves: `{{ m.clock(deadline, start) }}`.

**Pages of a list**: by cursor, with `ask.query.get("before")` or `ask.number("page", default=1, low=1, high=10_000)`
and `{{ m.pages(newer=…, older=…) }}`.

**API** handlers return `ask.json(value)`; `ask.body` is the raw body, `ask.bearer` the token. Cookies mean nothing
there and tokens mean nothing on screens.

**Panels**: a page names a place, `{{ ask.panel("request", request=request.id) }}`, and other slices' makers, handed to
`make_app(panels={"request": [maker]})`, fill it with `ask.piece("duty/_told.html", …)`. Places: inbox, request (peer,
request), element (record, element, kind, subject), partner (peer).

**Nav**: a number or alert that is the same for all of the same roles and scope says so (`concerns=nobody`, `ToSome`),
or for whom it is another one; else it is asked for every open page anew. `NavItem(label=N_("Duty inbox"),
path="/requests", action=Action.REQUEST_READ, order=10, badge=count)`; what waits for somebody's hand at once is one
`Alert` on every page (`Nav(alerts=…)`); what a slice says on the first page is a card (`Nav(cards=…)`,
`ui/home/cards.py`): numbers, lines, and the roles whose day begins with it.

**Words**: English msgids through `_()` / `{% trans %}` in templates, `ask.gettext()` / `ask.words.ngettext()` in code,
`N_()` to mark; append the Vietnamese to `locale/vi/LC_MESSAGES/messages.po`. In templates a literal percent sign is
written `%%`.
"""
