/// The client listener: where it listens, who may use it and what bounds it.
public struct HTTPServerSettings: Equatable, Sendable {
    /// Address or name to listen on.
    public var host: String
    /// TCP port; 0 lets the system choose.
    public var port: Int
    /// PEM file with the certificate chain; with `keyPath` it turns HTTPS on.
    public var certificatePath: String?
    /// PEM file with the certificate's private key.
    public var keyPath: String?
    /// Who may use the API; empty lets everyone in.
    public var apiKeys: [APIKey]
    /// Largest request body, in bytes; a larger one is answered with 413.
    public var bodyLimitBytes: Int
    /// How long after its arrival a request is given up, with 504.
    public var requestTimeout: Duration
    /// How long a client may leave its connection full before it is closed.
    public var writeTimeout: Duration
    /// How long a connection may stay open between requests, or while a request arrives.
    public var idleTimeout: Duration
    /// Requests for tokens being answered at a time; one more is answered with 429.
    public var maxConcurrentRequests: Int
    /// The classes that requests may name.
    public var requestClasses: RequestClasses
    /// How requests rank that do not say so themselves.
    public var serviceDefaults: ServiceDefaults
    /// Open connections; further ones wait in the listen queue.
    public var maxConnections: Int

    /// Loopback, plain HTTP and no keys unless told otherwise.
    public init(
        host: String = "127.0.0.1",
        port: Int = 8000,
        certificatePath: String? = nil,
        keyPath: String? = nil,
        apiKeys: [APIKey] = [],
        bodyLimitBytes: Int = 8 << 20,
        requestTimeout: Duration = .seconds(600),
        writeTimeout: Duration = .seconds(30),
        idleTimeout: Duration = .seconds(75),
        maxConcurrentRequests: Int = 1_024,
        maxConnections: Int = 4_096,
        requestClasses: RequestClasses = RequestClasses(),
        serviceDefaults: ServiceDefaults = ServiceDefaults()
    ) {
        self.host = host
        self.port = port
        self.certificatePath = certificatePath
        self.keyPath = keyPath
        self.apiKeys = apiKeys
        self.bodyLimitBytes = bodyLimitBytes
        self.requestTimeout = requestTimeout
        self.writeTimeout = writeTimeout
        self.idleTimeout = idleTimeout
        self.maxConcurrentRequests = maxConcurrentRequests
        self.maxConnections = maxConnections
        self.requestClasses = requestClasses
        self.serviceDefaults = serviceDefaults
    }
}
