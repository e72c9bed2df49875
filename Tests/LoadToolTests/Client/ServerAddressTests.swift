import Testing

@testable import LoadTool

@Suite struct ServerAddressTests {
    @Test(arguments: [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080", ""), ("HTTP://host", "http://host", ""),
        ("https://host/", "https://host", ""), ("https://host:443/a/b/", "https://host/a/b", "/a/b"),
        ("http://[::1]:81", "http://[::1]:81", ""), ("http://[::1]", "http://[::1]", ""),
    ])
    func `a base URL is read and written`(text: String, written: String, prefix: String) throws {
        let address = try ServerAddress(parsing: text)
        #expect(address.description == written)
        #expect(address.pathPrefix == prefix)
    }

    @Test(arguments: [
        "", "host:80", "ftp://host", "http://", "http://:80", "http://host:0", "http://host:65536",
        "http://host:x",
        "http://user@host", "http://[::1", "http://host/?q", "http://ho st",
    ])
    func `anything else is refused`(text: String) {
        #expect(throws: LoadToolError.badURL(text)) { try ServerAddress(parsing: text) }
    }
}
