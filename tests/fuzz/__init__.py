"""Files of every form, changed in every way: each opens, or is refused in a sentence, soon and with little memory."""
