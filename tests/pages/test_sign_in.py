def test_signing_in_and_out(node):
    browser = node.browser()
    assert browser.get("/").headers["location"] == "/sign-in"
    answer = browser.sign_in("admin")
    assert answer.status_code == 303, answer.text
    for path in ("/account", "/users", "/users/new"):
        a = browser.get(path)
        assert a.status_code == 200, a.text
    print(a.headers, a.text)
