// The second backend of the simulated world: a program that writes files, and a cutter of them. What it wrote
// survives a crash, as an orphan's file does.
#pragma once
#include "ports/file_cutter.hpp"
#include "ports/file_recorder.hpp"
#include "world.hpp"

namespace rec::simulation {

/// Records what is on air into "media.ts" of its place, segment by segment, from where the last run was.
class ScriptedFileRecorder final : public FileRecorder {
 public:
  explicit ScriptedFileRecorder(World& world) : world_(world) {}
  asio::awaitable<CaptureEnd> record(FileCaptureRequest request, FileSink& sink) override;
  asio::awaitable<CaptureEnd> record_beginning(FileCaptureRequest request, FileSink& sink) override;
  Task<> end_leftovers(std::string folder) override;

 private:
  World& world_;
};

/// Cuts after every fifth segment.
class ScriptedCutter final : public FileCutter {
 public:
  explicit ScriptedCutter(World& world) : world_(world) {}
  Task<std::vector<session::PartFile>> cut(CutFileRequest request) override;
  Task<FileLook> look(FileLookRequest request) override;

 private:
  World& world_;
};

}  // namespace rec::simulation
