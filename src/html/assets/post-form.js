// Sends the one form of the page at once; without scripts a person presses its button.
document.querySelector('form').submit()
