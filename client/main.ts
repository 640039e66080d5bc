import { mount } from 'svelte';
import './styles/base.css';
import App from './App.svelte';
import { theme } from './styles/theme.svelte.ts';

theme.start();
mount(App, { target: document.getElementById('app')! });
