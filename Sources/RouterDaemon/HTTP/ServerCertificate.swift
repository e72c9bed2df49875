internal import DaemonKit
internal import NIOCore
internal import NIOSSL
internal import Synchronization

/// The certificate of the HTTPS listener: each new connection gets what was read last.
final class ServerCertificate: ReloadableCertificate {
    private struct Loaded: Sendable {
        let chain: [NIOSSLCertificate]
        let key: NIOSSLPrivateKey
    }

    let use = "https"
    let certificatePath: String
    private let keyPath: String
    private let current: Mutex<Loaded>

    /// Reads the files; `nil` when the settings want plain HTTP.
    init?(_ settings: HTTPServerSettings) throws(HTTPServerError) {
        switch (settings.certificatePath, settings.keyPath) {
        case (nil, nil): return nil
        case (let certificatePath?, let keyPath?):
            self.certificatePath = certificatePath
            self.keyPath = keyPath
            current = Mutex(try Self.load(certificatePath, keyPath))
        case (_?, nil), (nil, _?): throw .certificateWithoutKey
        }
    }

    var paths: [String] { [certificatePath, keyPath] }

    var serial: String {
        let digits = Array("0123456789ABCDEF".utf8)
        let bytes = current.withLock { $0.chain.first?.serialNumber } ?? []
        let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    var expiryUnixSeconds: Int64 { Int64(current.withLock { $0.chain.first?.notValidAfter } ?? 0) }

    func reload() throws {
        let loaded = try Self.load(certificatePath, keyPath)
        current.withLock { $0 = loaded }
    }

    /// How connections are encrypted: with the certificate of now, and at each handshake with that of then.
    var configuration: TLSConfiguration {
        let first = current.withLock { $0 }
        var configuration = Self.configuration(first)
        configuration.sslContextCallback = { [self] _, promise in
            let loaded = current.withLock { $0 }
            var latest = NIOSSLContextConfigurationOverride.noChanges
            latest.certificateChain = loaded.chain.map { .certificate($0) }
            latest.privateKey = .privateKey(loaded.key)
            promise.succeed(latest)
        }
        return configuration
    }

    private static func configuration(_ loaded: Loaded) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: loaded.chain.map { .certificate($0) },
            privateKey: .privateKey(loaded.key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }

    private static func load(
        _ certificatePath: String,
        _ keyPath: String
    ) throws(HTTPServerError) -> Loaded {
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificatePath)
        } catch {
            throw .unusableCertificate(path: certificatePath, reason: "\(error)")
        }
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(file: keyPath, format: .pem)
        } catch {
            throw .unusableCertificate(path: keyPath, reason: "\(error)")
        }
        let loaded = Loaded(chain: chain, key: key)
        do {
            // Finds out whether they belong together before a client does.
            _ = try NIOSSLContext(configuration: configuration(loaded))
        } catch {
            throw .unusableCertificate(path: certificatePath, reason: "\(error)")
        }
        return loaded
    }
}
