// A visitor from lambdas, one per alternative and no catch-all: a forgotten one does not compile.
#pragma once

namespace rec {

template <class... Fs>
struct overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
overloaded(Fs...) -> overloaded<Fs...>;

}  // namespace rec
