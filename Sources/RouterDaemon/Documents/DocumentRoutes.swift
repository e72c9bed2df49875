internal import DaemonKit
internal import Hummingbird
internal import Wire

/// `/admin/cluster`, `/admin/requests`, `/admin/loads`, `/admin/models` and `/admin/pools` on the admin listener.
struct DocumentRoutes: Sendable {
    let node: RouterNode

    func add(to routes: Router<BasicRequestContext>) {
        routes.get("admin/cluster") { _, _ in
            Response.document { try DocumentJSON.encode(node.clusterDocument()) }
        }
        routes.get("admin/requests") { request, _ in requests(request) }
        routes.get("admin/loads") { request, _ in
            Response.document {
                try DocumentJSON.encode(try node.loadsDocument(worker: parameter("worker", request)))
            }
        }
        routes.get("admin/models") { _, _ in
            Response.document { try DocumentJSON.encode(node.modelsDocument()) }
        }
        routes.get("admin/pools") { _, _ in
            Response.document { try DocumentJSON.encode(PoolsDocument(node.pools())) }
        }
    }

    private func requests(_ request: Request) -> Response {
        let text = parameter("limit", request)
        let most = RequestsDocument.maxRequests
        guard let limit = text.isEmpty ? most : Int(text), (1...most).contains(limit) else {
            let advice = "limit is \(text); use a whole number from 1 to \(most)"
            return APIError.badField("limit", advice).response()
        }
        let tenant = parameter("tenant", request)
        return Response.document {
            try DocumentJSON.encode(node.requestsDocument(tenant: tenant, limit: limit))
        }
    }

    /// A parameter of the query; empty when it is not there.
    private func parameter(_ name: Substring, _ request: Request) -> String {
        request.uri.queryParameters[name].map(String.init) ?? ""
    }
}
