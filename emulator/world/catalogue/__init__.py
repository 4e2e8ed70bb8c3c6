"""What is offered: contents and their variants, stock, and the products of an account that follow them.

``listings`` writes, the searches read; a row keeps its ready JSON, rendered when it changes. ``stock`` is
the one way a quantity changes. ``seed`` draws contents from the templates of a storefront's categories.
It must not know orders, money or purchases, and none of the words of a query or a body.
"""
