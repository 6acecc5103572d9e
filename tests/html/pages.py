"""Pages of an invented paper, in the shape of real ones; all prose is ours."""

from __future__ import annotations

import html
import json

URL = "https://www.quillmore-herald.com/2025/03/07/ferry"
HEADLINE = "Ferry to the outer island runs late for a third week"
PARAGRAPHS = (
    "The ferry left the northern pier an hour late because the crew waited for the doctor, the harbour master said.",
    "Nobody on the island could remember a winter in which the harbour froze over twice, and the shop ran out of salt.",
    "The council will vote on the new breakwater in March, and two of the older boats will be towed to the yard.",
    "Until then the mail comes by helicopter on Tuesdays, weather permitting, and the school has moved its exams.",
    "“We have waited longer for less,” said the teacher, who has crossed the sound every Monday since she was twelve.",
)
MENU = ("Home", "News", "Sport", "Weather", "Obituaries", "Jobs", "Sign in", "Subscribe")
RELATED = (
    "Lighthouse keeper retires after forty winters",
    "Why the herring came back to the sound",
    "Five walks for a foggy Sunday",
    "Bakery reopens with the old oven",
)
CAPTION = "The ferry at the northern pier on Thursday. Photo: Ada Fenwick"
PLEA = "Give us a coin &lt;today&gt;, dear reader, for the paper that you hold."


def paragraphs(texts: tuple[str, ...] = PARAGRAPHS) -> str:
    return "".join(f"<p>{html.escape(text)}</p>" for text in texts)


def links(texts: tuple[str, ...]) -> str:
    return "<ul>" + "".join(f'<li><a href="/x">{html.escape(text)}</a></li>' for text in texts) + "</ul>"


def head(url: str | None = URL, more: str = "") -> str:
    canonical = f'<link rel="canonical" href="{url}">' if url else ""
    about = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": HEADLINE,
        "author": {"@type": "Person", "name": "Mabel Thorne"},
        "datePublished": "2025-03-07T06:30:00Z",
        "publisher": {"@type": "Organization", "name": "The Quillmore Herald"},
    }
    return (
        f"<head><title>{HEADLINE} - The Quillmore Herald</title>{canonical}"
        f'<meta property="og:title" content="{HEADLINE}"><meta property="og:site_name" content="The Quillmore Herald">'
        f'<script type="application/ld+json">{json.dumps(about)}</script>{more}</head>'
    )


def simple(url: str | None = URL) -> str:
    """A page that is little more than its article."""
    plea = f'<div class="plea"><p>{PLEA}</p></div>'
    return f"<html>{head(url)}<body><article>{paragraphs()}{plea}<p>Quillmore to the end</p></article></body></html>"


def whole(url: str | None = "https://www.example-courier.net/ferry") -> str:
    """A page with all that stands around an article."""
    return f"""<html lang="en-GB">{head(url)}<body class="single-post">
    <header class="site-header"><a href="/"><img src="l.png" alt="">The Herald</a>
    <nav class="main-menu">{links(MENU)}</nav></header>
    <div class="page"><main><article class="post">
    <h1 class="headline">{HEADLINE}</h1>
    <div class="byline">By <a rel="author" href="/mabel">Mabel Thorne</a></div>
    <time datetime="2025-03-07">7 March 2025</time>
    <div class="share-bar"><a href="#">Facebook</a> <a href="#">Email</a></div>
    <figure><img src="f.jpg" alt=""><figcaption>{CAPTION}</figcaption></figure>
    <div class="article-body">{paragraphs(PARAGRAPHS[:3])}
    <div class="newsletter-signup"><h3>The morning letter</h3><p>Get our newsletter every day.</p>
    <form><input type="email"><button>Sign up</button></form></div>
    <h2>Mail from the air</h2>{paragraphs(PARAGRAPHS[3:])}</div>
    <section class="related-stories"><h3>Related stories</h3>{links(RELATED)}</section>
    </article></main>
    <aside class="sidebar"><h4>Most read</h4>{links(RELATED[::-1])}</aside></div>
    <section id="comments"><h3>2 comments</h3><div class="comment"><p>Same every year!</p></div></section>
    <footer><p>© 2025 The Quillmore Herald. All rights reserved.</p>{links(("Privacy", "Terms", "Contact"))}</footer>
    <script>var late = "<p>not a paragraph of the article</p>";</script></body></html>"""
