internal import Foundation
internal import Hummingbird
internal import Recording

/// `/admin/decisions` on the admin listener.
struct DecisionRoutes: Sendable {
    /// Decisions of a list, unless asked otherwise; and at most.
    private static let (standardLimit, limit) = (20, 1_000)

    let node: RouterNode

    func add(to routes: Router<BasicRequestContext>) {
        routes.get("admin/decisions") { request, _ in await list(request) }
        routes.get("admin/decisions/:id") { _, context in await one(context) }
    }

    private func list(_ request: Request) async -> Response {
        let text = request.uri.queryParameters["limit"].map(String.init)
        guard let limit = text.map(Int.init) ?? Self.standardLimit, (1...Self.limit).contains(limit) else {
            let advice = "limit is \(text ?? ""); use a whole number from 1 to \(Self.limit)"
            return APIError.badField("limit", advice).response()
        }
        let decisions = await node.latestDecisions(limit)
        return Response.document { try DecisionJSON.text(of: decisions) }
    }

    private func one(_ context: BasicRequestContext) async -> Response {
        let name = context.parameters.get("id")?.removingPercentEncoding ?? ""
        let found = await withCheckedContinuation { continuation in
            node.find(name) { continuation.resume(returning: $0) }
        }
        guard let found else { return APIError.unknownRequest(node.unknownRequest(name).message).response() }
        return Response.document { try DecisionJSON.text(of: found) }
    }
}
