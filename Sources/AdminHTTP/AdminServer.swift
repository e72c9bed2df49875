public import Hummingbird
internal import HummingbirdCore
public import Logging
public import ServiceLifecycle

/// The listener for operators: metrics and health, and whatever routes its owner adds.
///
/// It asks for no key: keep it on loopback, or behind something that does.
public struct AdminServer: Service {
    /// Paths that tell nothing but numbers and health, for probes and Prometheus under whatever host name they use.
    public static let probePaths: Set<String> = [healthPath, metricsPath]
    private static let (healthPath, metricsPath) = ("/health", "/metrics")

    private let application: Application<AdminResponder>

    /// Routes that every daemon has: `/metrics` and `/health`.
    ///
    /// - Parameter metrics: makes the text of `/metrics` (UTF-8), in Prometheus' format, at each call; called on a thread
    ///   of its own, one call at a time, so that no answer waits for it.
    public static func routes(metrics: @escaping @Sendable () -> [UInt8]) -> Router<BasicRequestContext> {
        let rendering = BackgroundWork(metrics)
        let router = Router()
        router.get(RouterPath(healthPath)) { _, _ in "ok\n" }
        router.get(RouterPath(metricsPath)) { _, _ in
            let text = await rendering.result()
            return Response(
                status: .ok,
                headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: text))
            )
        }
        return router
    }

    /// Prepares the listener; ``run()`` binds it.
    ///
    /// - Parameters:
    ///   - host: loopback unless the operator decides otherwise.
    ///   - port: 0 lets the system choose.
    ///   - routes: from ``routes(metrics:)``, with more added.
    ///   - front: asked before the routes; `nil` leaves all to them.
    ///   - onListening: called with the bound port once clients can connect.
    public init(
        host: String = "127.0.0.1",
        port: Int,
        routes: Router<BasicRequestContext>,
        front: ConnectionFront? = nil,
        logger: Logger,
        onListening: @escaping @Sendable (Int) -> Void
    ) {
        let channel = HTTP1Channel.Configuration(additionalChannelHandlers: front?.handlers() ?? [])
        application = Application(
            responder: AdminResponder(routes: routes.buildResponder(), front: front),
            server: .http1(configuration: channel),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port),
                serverName: "baton"
            ),
            onServerRunning: { onListening($0.localAddress?.port ?? port) },
            logger: logger
        )
    }

    /// Serves until shutdown.
    public func run() async throws { try await application.run() }
}
