"""What a page showed, noted while it ran: a report can be made of it when somebody asks."""
