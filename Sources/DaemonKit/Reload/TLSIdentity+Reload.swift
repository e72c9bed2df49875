public import Transport

extension TLSIdentity: ReloadableCertificate {
    /// See ``ReloadableCertificate``.
    public var use: String { "tls" }

    /// See ``ReloadableCertificate``.
    public var certificatePath: String { settings.certificatePath }

    /// See ``ReloadableCertificate``.
    public var paths: [String] {
        [settings.authorityPath, settings.certificatePath, settings.privateKeyPath]
    }
}
