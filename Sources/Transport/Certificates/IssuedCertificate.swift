internal import CLinux

/// A certificate with its private key, as PEM text.
public struct IssuedCertificate: Sendable {
    /// The certificate.
    public let certificatePEM: String
    /// The private key (PKCS #8, not encrypted).
    public let privateKeyPEM: String

    /// Writes both files: the key readable by its owner only, each whole or not at all.
    ///
    /// - Parameter isOverwriting: true to replace existing files; a process that reloads
    ///   sees old or new text.
    /// - Throws: ``CertificateError/exists(path:)`` before anything was written;
    ///   ``CertificateError/file(path:reason:)``.
    public func write(
        certificatePath: String,
        privateKeyPath: String,
        isOverwriting: Bool = false
    ) throws(CertificateError) {
        let files = [
            (privateKeyPath, privateKeyPEM, UInt32(0o600)), (certificatePath, certificatePEM, 0o644),
        ]
        if !isOverwriting {
            for (path, _, _) in files where clinux_file_exists(path) != 0 { throw .exists(path: path) }
        }
        for (path, text, mode) in files {
            let target = isOverwriting ? "\(path).\(clinux_process_id()).new" : path
            try Self.writeNew(text, to: target, mode: mode)
            guard isOverwriting else { continue }
            // A daemon under another user must be able to read it as before; only root may arrange that.
            _ = clinux_copy_owner(path, target)
            let result = clinux_rename(target, path)
            guard result == 0 else {
                _ = clinux_unlink(target)
                throw .file(path: path, reason: SystemError.text(of: -result))
            }
        }
    }

    /// Writes `ca.pem` anew, atomically: this authority first, then others that are trusted beside it.
    ///
    /// - Parameter others: PEM text of their certificates.
    public func writeAuthorities(
        certificatePath: String,
        privateKeyPath: String,
        trusting others: [String]
    ) throws(CertificateError) {
        let bundle = IssuedCertificate(
            certificatePEM: ([certificatePEM] + others).joined(),
            privateKeyPEM: privateKeyPEM
        )
        try bundle.write(
            certificatePath: certificatePath,
            privateKeyPath: privateKeyPath,
            isOverwriting: true
        )
    }

    private static func writeNew(_ text: String, to path: String, mode: UInt32) throws(CertificateError) {
        var text = text
        let result = text.withUTF8 { clinux_write_new_file(path, $0.baseAddress, $0.count, mode) }
        guard result != 0 else { return }
        guard !SystemError.isExists(-result) else { throw .exists(path: path) }
        throw .file(path: path, reason: SystemError.text(of: -result))
    }
}
