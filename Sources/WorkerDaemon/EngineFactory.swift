internal import Engine
internal import ModelFormat
internal import ServingTypes
internal import Settings

/// Opens the engine that the settings ask for, with what its steps are expected to take.
enum EngineFactory {
    struct Opened {
        var engine: any InferenceEngine
        var cost: CostCoefficients
    }

    /// - Throws: ``EngineError``, ``GGUFError`` or ``SettingsError`` with a sentence for the operator.
    static func open(_ settings: WorkerSettings) throws -> Opened {
        switch settings.engine.kind {
        case .cpu: try openCPU(settings)
        case .paced: try openPaced(settings)
        }
    }

    private static func openCPU(_ settings: WorkerSettings) throws -> Opened {
        guard let path = settings.engine.modelPath else {
            throw SettingsError(problems: ["engine.model is missing; the cpu engine needs a GGUF file"])
        }
        let engine = try CPUEngine(
            model: try GGUFFile.open(path: path),
            kvType: settings.engine.kvType,
            blockTokens: settings.kvCache.blockTokens,
            threadCount: settings.engine.threads ?? Machine.processorCount
        )
        return Opened(engine: engine, cost: try Calibration.measure(engine))
    }

    private static func openPaced(_ settings: WorkerSettings) throws -> Opened {
        guard let path = settings.engine.profilePath else {
            throw SettingsError(problems: ["engine.profile is missing; the paced engine needs a profile"])
        }
        var profile = PacedProfile(try ProfileSettings.load(path: path).value)
        var digest: Bytes128?
        if let path = settings.engine.modelPath {
            let model = try GGUFFile.open(path: path)
            profile = try profile.speaking(vocabularyOf: model)
            digest = try model.modelDigest()
        }
        let engine = try PacedEngine(
            profile: profile,
            blockTokens: settings.kvCache.blockTokens,
            timeScale: settings.engine.timeScale,
            modelDigest: digest
        )
        return Opened(engine: engine, cost: CostCoefficients(profile, timeScale: settings.engine.timeScale))
    }
}

extension PacedProfile {
    /// The profile as it was read from its file.
    init(_ settings: ProfileSettings) {
        self.init(
            name: settings.name,
            modelName: settings.modelName,
            layerCount: settings.layerCount,
            kvHeadCount: settings.kvHeadCount,
            headDim: settings.headDim,
            kvType: settings.kvType,
            contextTokens: settings.contextTokens,
            vocabularyCount: settings.vocabularyCount,
            endTokens: settings.endTokens,
            firstOutputToken: settings.firstOutputToken,
            outputTokenCount: settings.outputTokenCount,
            meanOutputTokens: settings.meanOutputTokens,
            prefillBaseSeconds: settings.prefillBaseSeconds,
            prefillMemorySeconds: settings.prefillMemorySeconds,
            prefillTokenSeconds: settings.prefillTokenSeconds,
            prefillAttentionSeconds: settings.prefillAttentionSeconds,
            decodeBaseSeconds: settings.decodeBaseSeconds,
            decodeSequenceSeconds: settings.decodeSequenceSeconds,
            decodeContextSeconds: settings.decodeContextSeconds
        )
    }
}

extension CostCoefficients {
    /// The paced engine takes exactly what its profile says.
    init(_ profile: PacedProfile, timeScale: Double) {
        self.init()
        a = profile.prefillBaseSeconds * timeScale
        b = profile.prefillTokenSeconds * timeScale
        d = profile.prefillAttentionSeconds * timeScale
        m = profile.prefillMemorySeconds * timeScale
        e = profile.decodeBaseSeconds * timeScale
        f = profile.decodeSequenceSeconds * timeScale
        g = profile.decodeContextSeconds * timeScale
    }
}
