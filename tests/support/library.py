"""A small API that sets cookies, redirects, and refers to itself in headers and bodies."""

LIBRARY = """
openapi: 3.1.0
info: {title: Library, version: "1"}
servers: [{url: https://library.example}]
paths:
  /:
    get:
      operationId: entrance
      responses:
        "200":
          description: The entrance.
          headers: {Set-Cookie: {schema: {type: string}, example: visited=yes}}
          content:
            application/json:
              example: {books: https://library.example/books, publisher: https://publisher.example/}
  /login:
    post:
      operationId: log-in
      responses:
        "303":
          description: See the reader.
          headers:
            Location: {schema: {type: string}, example: /readers/me}
            Set-Cookie: {schema: {type: string}, example: sid=abc; Path=/readers; HttpOnly}
  /readers/me:
    get:
      operationId: reader
      parameters: [{name: sid, in: cookie, required: true, schema: {type: string}}]
      responses:
        "200":
          description: The reader.
          content: {application/json: {example: {name: Momo, loans: https://library.example/readers/me/loans}}}
  /books:
    get:
      operationId: books
      parameters: [{name: page, in: query, schema: {type: integer}}]
      responses:
        "200":
          description: A page of books.
          headers:
            Link: {schema: {type: string}, example: '<https://library.example/books?page=2>; rel="next"'}
          content: {application/json: {example: [{title: Momo}]}}
  /books/{isbn}:
    parameters: [{name: isbn, in: path, required: true, schema: {type: string}}]
    get:
      operationId: book
      responses:
        "302":
          description: The book has another page.
          headers: {Location: {schema: {type: string}, example: https://library.example/books?page=2}}
    put:
      operationId: change-book
      requestBody: {content: {application/json: {schema: {type: object, required: [title]}}}}
      responses:
        "200": {description: The changed book., content: {application/json: {example: {title: Momo}}}}
"""
