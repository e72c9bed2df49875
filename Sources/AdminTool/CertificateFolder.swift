internal import Foundation
internal import Transport

/// The certificates that an authority's owner keeps in one folder.
struct CertificateFolder {
    /// One process's certificate with its key beside it.
    struct Entry {
        let certificatePath: String
        let privateKeyPath: String
        let identity: PeerIdentity
        let info: CertificateInfo

        /// Lifetime that it was issued for, in days.
        var lifetimeDays: Int {
            max(1, Int((info.expiryUnixSeconds - info.startUnixSeconds) / 86_400))
        }
    }

    let path: String

    var authorityPath: String { "\(path)/ca.pem" }
    var authorityKeyPath: String { "\(path)/ca-key.pem" }

    /// Every certificate of a process of the cluster whose key is there too, by file name; other files are left out.
    func entries(of cluster: String) throws -> [Entry] {
        let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        return try names.compactMap { name -> Entry? in
            guard name.hasSuffix(".pem"), !name.hasSuffix("-key.pem"), name != "ca.pem" else { return nil }
            let stem = name.dropLast(".pem".count)
            let keyPath = "\(path)/\(stem)-key.pem"
            guard FileManager.default.fileExists(atPath: keyPath) else { return nil }
            let info = try CertificateInfo(path: "\(path)/\(name)")
            guard case .success(let identity) = info.identity, identity.cluster == cluster else { return nil }
            return Entry(
                certificatePath: "\(path)/\(name)",
                privateKeyPath: keyPath,
                identity: identity,
                info: info
            )
        }
    }
}
