"""The forms of a page as a browser would send them."""

from html.parser import HTMLParser


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms, self.form, self.area, self.choice = [], None, None, None

    def handle_starttag(self, tag, pairs):
        attrs = dict(pairs)
        if tag == "form":
            self.form = {"action": attrs.get("action", ""), "data": {}}
            self.forms.append(self.form)
        if self.form is None:
            return
        name = attrs.get("name")
        if tag == "input" and name and attrs.get("type") not in ("submit", "file"):
            if attrs.get("type") not in ("checkbox", "radio") or "checked" in attrs:
                self.put(name, attrs.get("value", "on" if attrs.get("type") == "checkbox" else ""))
        elif tag == "textarea" and name:
            self.area = name
            self.form["data"][name] = ""
        elif tag == "select" and name:
            self.choice = name
        elif (
            tag == "option" and self.choice and ("selected" in attrs or self.choice not in self.form["data"])
        ):
            self.form["data"][self.choice] = attrs.get("value", "")

    def put(self, name, value):
        known = self.form["data"].get(name)
        self.form["data"][name] = (
            value if known is None else [*([known] if isinstance(known, str) else known), value]
        )

    def handle_data(self, text):
        if self.area:
            self.form["data"][self.area] += text

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.area = None
        elif tag == "select":
            self.choice = None
        elif tag == "form":
            self.form = None


def form_to(page, address, **holding):
    """What the form of a page that goes to an address would send; `holding` names values that tell it from others."""
    reader = _Reader()
    reader.feed(page)
    for form in reader.forms:
        goes_here = form["action"] == address or (
            not form["action"] and "csrfmiddlewaretoken" in form["data"]
        )
        if goes_here and all(form["data"].get(name) == value for name, value in holding.items()):
            return {name: value for name, value in form["data"].items() if name != "csrfmiddlewaretoken"}
    raise AssertionError(f"no form to {address}")
