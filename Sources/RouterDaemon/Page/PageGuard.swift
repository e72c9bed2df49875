internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Keeps other web pages from using the admin listener through a visitor's browser.
///
/// The listener asks for no key, and it may be reachable by the browser alone, on loopback. A page elsewhere could
/// send requests to it (CSRF), or be given its address under a name of its own (DNS rebinding) and then read what
/// comes back. Browsers say in `Origin` and `Sec-Fetch-Site` which page asks, and in `Host` under which name: who asks
/// must be a page of this very address, and the name must be one that nobody else can point here. An IP address is no
/// name, `localhost` never leaves the machine, and the third is the operator's own setting. A visitor who follows a link
/// from elsewhere is no page that asks: the browser shows what comes back, and the page with the link learns nothing.
struct PageGuard: Sendable {
    /// Where the admin listener listens, as configured.
    let listenHost: String

    /// Refuses what another page asks, or may be able to read.
    func check(_ request: Request) throws(APIError) {
        try checkHost(of: request)
        try checkOrigin(of: request)
    }

    /// Refuses a request whose `Host` is a name that others may control.
    private func checkHost(of request: Request) throws(APIError) {
        let authority = request.head.authority ?? ""
        let name = Self.hostName(authority)
        guard name == "localhost" || name == listenHost.lowercased() || Self.isAddress(name) else {
            throw .foreignPage(
                "the admin listener does not answer as \(authority.isEmpty ? "nobody" : authority): ask it by IP "
                    + "address, as localhost, or by the name in admin.listen (\(listenHost))"
            )
        }
    }

    /// Refuses a request that another page sends; programs that are no browsers say nothing of pages.
    private func checkOrigin(of request: Request) throws(APIError) {
        let authority = (request.head.authority ?? "").lowercased()
        if let origin = request.headers[.origin]?.lowercased(),
            origin != "http://\(authority)", origin != "https://\(authority)"
        {
            throw .foreignPage("the page at \(origin) may not ask here: open /ui of \(authority) instead")
        }
        if let site = request.headers[.fetchSite]?.lowercased(), site != "same-origin", site != "none",
            !Self.isVisit(request)
        {
            throw .foreignPage("a page of another address (\(site)) may not ask here: open /ui instead")
        }
    }

    /// Whether a visitor goes there, rather than a page asks.
    private static func isVisit(_ request: Request) -> Bool {
        let isReading = request.method == .get || request.method == .head
        return isReading && request.headers[.fetchMode]?.lowercased() == "navigate"
    }

    /// The host of `host:port` or `[address]:port`, in lower case.
    static func hostName(_ authority: String) -> String {
        let text = authority.lowercased()
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            return String(text[text.index(after: text.startIndex)..<end])
        }
        guard text.filter({ $0 == ":" }).count == 1, let colon = text.firstIndex(of: ":") else { return text }
        return String(text[..<colon])
    }

    private static func isAddress(_ name: String) -> Bool {
        do {
            _ = try SocketAddress(ipAddress: name, port: 0)
            return true
        } catch {
            return false  // The only error is that it is none.
        }
    }
}

extension APIError {
    /// A page asks that is not ours.
    static func foreignPage(_ message: String) -> APIError {
        APIError(
            status: 403,
            type: "invalid_request_error",
            code: "foreign_page",
            message: message
        )
    }
}

extension HTTPField.Name {
    /// `Sec-Fetch-Site`: how the asking page's address relates to ours.
    fileprivate static let fetchSite: HTTPField.Name = {
        guard let name = HTTPField.Name("Sec-Fetch-Site") else { preconditionFailure("not a header name") }
        return name
    }()

    /// `Sec-Fetch-Mode`: whether a page asks, or a visitor goes there.
    fileprivate static let fetchMode: HTTPField.Name = {
        guard let name = HTTPField.Name("Sec-Fetch-Mode") else { preconditionFailure("not a header name") }
        return name
    }()
}
