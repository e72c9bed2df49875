internal import AdminHTTP
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Observability

/// The operators' page at `/ui`, and what only it needs.
struct PageRoutes: Sendable {
    /// Nothing from elsewhere, nothing inline, nobody's frame: text that reaches the page cannot become code.
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    private let rates: @Sendable (Int) -> [RecentRates.Sample]
    private let window: Int

    /// - Parameters:
    ///   - rates: samples after a number.
    ///   - window: seconds over which they look back.
    init(window: Int, rates: @escaping @Sendable (Int) -> [RecentRates.Sample]) {
        self.rates = rates
        self.window = window
    }

    func add(to routes: Router<BasicRequestContext>) {
        let assets = Dictionary(PageAsset.all.map { ($0.name, $0) }) { first, _ in first }
        routes.get("ui") { request, _ in answer(request, assets[""]) }
        routes.head("ui") { request, _ in answer(request, assets[""]).createHeadResponse() }
        routes.get("ui/:asset") { request, context in answer(request, Self.asset(of: context, in: assets)) }
        routes.head("ui/:asset") { request, context in
            answer(request, Self.asset(of: context, in: assets)).createHeadResponse()
        }
        routes.get("admin/series") { request, _ in series(request) }
    }

    private static func asset(
        of context: BasicRequestContext,
        in assets: [String: PageAsset]
    ) -> PageAsset? { context.parameters.get("asset").flatMap { assets[$0] } }

    // MARK: Files

    private func answer(_ request: Request, _ asset: PageAsset?) -> Response {
        guard let asset else {
            return APIError.unknownRoute(request.method.rawValue, request.uri.path).response()
        }
        var headers: HTTPFields = [
            .eTag: asset.entityTag, .cacheControl: "no-cache",  // Kept, and asked about each time.
        ]
        let known = request.headers[.ifNoneMatch] ?? ""
        guard !Self.contains(known, asset.entityTag) else {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = asset.contentType
        headers[.xContentTypeOptions] = "nosniff"
        headers[.contentSecurityPolicy] = Self.policy
        headers[.referrerPolicy] = "no-referrer"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: asset.body))
    }

    /// Whether a list of entity tags names one; a weak one will do, as RFC 9110 has it for `If-None-Match`.
    private static func contains(_ list: String, _ entityTag: String) -> Bool {
        list.split(separator: ",").contains { item in
            let name = item.drop { $0 == " " }
            let tag = name.hasPrefix("W/") ? name.dropFirst(2) : name
            return tag == "*" || tag.prefix(while: { $0 != " " }) == entityTag
        }
    }

    // MARK: Series

    private func series(_ request: Request) -> Response {
        let text = request.uri.queryParameters["after"].map(String.init)
        guard let after = text.map(Int.init) ?? 0, after >= 0 else {
            let advice = "after is \(text ?? ""); use the number of the last sample that you have, or 0"
            return APIError.badField("after", advice).response()
        }
        return Response(json: SeriesText.json(rates(after), after: after, window: window))
    }
}

extension HTTPField.Name {
    /// `Referrer-Policy`: what other sites learn of a link's origin.
    fileprivate static let referrerPolicy: HTTPField.Name = {
        guard let name = HTTPField.Name("Referrer-Policy") else { preconditionFailure("not a header name") }
        return name
    }()
}
