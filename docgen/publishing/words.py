"""The words of the page that verifies, in the language spoken; what is in braces the page fills in."""

from __future__ import annotations

from docgen.messages import _


def page_words() -> dict[str, str]:
    """Return the words of the page, by the names that it calls them."""
    return {
        "title": _("Is the document genuine?"),
        "lead": _("Show the code on the back of the document to the camera, or open a picture of it."),
        "offline": _("This page asks nobody and sends nothing: all is verified here, also without a network."),
        "languages": _("Language"),
        "camera": _("Use the camera"),
        "stop": _("Stop the camera"),
        "picture": _("Open a picture"),
        "pictureHint": _("PNG, JPEG or WebP; you may also drop it here or paste it. Of a PDF, take a picture of the page."),
        "text": _("Text of the code, as a scanner reads it"),
        "textHint": _("It begins with DG1:"),
        "verify": _("Verify"),
        "looking": _("looking for a code"),
        "view": _("What the camera sees"),
        "noCode": _("Hold the code alone into the picture: flat, sharp, in even light."),
        "signedBy": _("signed by"),
        "key": _("key"),
        "number": _("number"),
        "day": _("date"),
        "form": _("document"),
        "codeGenuine": _("the code is genuine: compare each line with the paper"),
        "compare": _("Compare each line with the paper"),
        "compareHint": _(
            "The signature proves what was signed. Whether the paper prints the same, only you can see: if a letter or a figure "
            "differs, the paper is not genuine."
        ),
        "short": _("This code holds no more than the number and the date. Compare them with the paper."),
        "field": _("field"),
        "says": _("what was signed"),
        "vouched": _("Others had its key from {day} on, but the list names it as truly issued.", day="{compromised}"),
        "list": _("List of void documents"),
        "listOf": _("of {day}, current until {until}", day="{day}", until="{until}"),
        "listNew": _("Get this page anew, or open a newer list."),
        "listOpen": _("Open a newer list (list.cose)"),
        "listNone": _("This page holds no list: whether a document was declared void is not verified."),
        "listOlder": _("That list is older than the one in use, which stays."),
        "clock": _("Today's date is that of this computer. If its clock is wrong, so is what is said of the list's term."),
        "keys": _("Keys that are trusted"),
        "keyDays": _("for documents of {first} – {last}", first="{first}", last="{last}"),
        "keyLost": _("reported: others had it from {day} on", day="{compromised}"),
        "keyTrust": _("Whoever made this page chose the keys: get it from the organization itself."),
        "licence": _("Licences"),
        "unable": _(
            "This browser cannot verify signatures (Ed25519). Take Chrome or Edge 137, Firefox 130, Safari 17 or newer, and open "
            "the page as a file or over https."
        ),
        "noCamera": _("The camera cannot be used: it is not there, or the browser was not allowed to use it."),
        "noPicture": _("This is no picture that the browser can read."),
    }
